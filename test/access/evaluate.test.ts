import { expect, it } from 'vitest'
import type { Question } from '../emulator/iam/matches.ts'
import { allows, type PolicyStatement } from './evaluate.ts'

const statement = (more: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: ['arn:aws:s3:::bucket/releases/*'],
  ...more,
})
const read: Question = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/releases/a.json' }
const likely = { StringLike: { sub: ['repo:acme/*', 'repo:other/x'] }, StringEquals: { aud: 'aws' } }

it.each<[string, PolicyStatement[], Question, boolean]>([
  ['no statement', [], read, false],
  ['the action and the resource', [statement({})], read, true],
  ['the action in another case', [statement({ Action: 's3:getobject' })], read, true],
  ['the resource in another case', [statement({ Resource: 'ARN:aws:s3:::bucket/releases/*' })], read, false],
  ['another action', [statement({})], { ...read, action: 's3:PutObject' }, false],
  ['a longer action', [statement({})], { ...read, action: 's3:GetObjectTagging' }, false],
  ['another resource', [statement({})], { ...read, resource: 'arn:aws:s3:::bucket/builds/a' }, false],
  ['the bucket itself', [statement({})], { ...read, resource: 'arn:aws:s3:::bucket' }, false],
  ['an action by pattern', [statement({ Action: 's3:Get*' })], read, true],
  ['one character by pattern', [statement({ Resource: 'arn:aws:s3:::bucket/releases/?.json' })], read, true],
  ['a dot matches only a dot', [statement({ Resource: 'arn:aws:s3:::bucket/releases/a+json' })], read, false],
  ['everything', [statement({ Resource: '*' })], read, true],
  ['a deny wins', [statement({}), statement({ Effect: 'Deny', Action: 's3:*' })], read, false],
  ['a deny of something else', [statement({}), statement({ Effect: 'Deny', Action: 'iam:*' })], read, true],
  ['all but other actions', [{ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }], read, true],
  ['all but this action', [{ Effect: 'Allow', NotAction: ['s3:*'], Resource: '*' }], read, false],
  ['a condition whose key is absent', [statement({ Condition: likely })], read, false],
  [
    'all conditions hold',
    [statement({ Condition: likely })],
    { ...read, context: { sub: 'repo:acme/parcels', aud: 'aws' } },
    true,
  ],
  [
    'one condition fails',
    [statement({ Condition: likely })],
    { ...read, context: { sub: 'repo:acme/parcels', aud: 'aws-cn' } },
    false,
  ],
  [
    'no value of a condition matches',
    [statement({ Condition: likely })],
    { ...read, context: { sub: 'repo:acm/parcels', aud: 'aws' } },
    false,
  ],
  [
    'StringEquals takes no pattern',
    [statement({ Condition: { StringEquals: { aud: 'a*' } } })],
    { ...read, context: { aud: 'aws' } },
    false,
  ],
])('%s', (_, statements, question, expected) => {
  expect(allows(statements, question)).toBe(expected)
})

it('an unknown operator in a condition is an error', () => {
  const unknown = [statement({ Condition: { DateLessThan: { now: '2027' } } })]
  expect(() => allows(unknown, { ...read, context: { now: '2026' } })).toThrow('DateLessThan')
})
