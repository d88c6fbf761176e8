import { expect, it } from 'vitest'
import { allow, mergeStatements, oncePerName, printPolicy, tlsOnly } from '../../../scripts/aws/statements.ts'

it('a policy refuses whatever reaches a bucket or its objects unencrypted', () => {
  expect(JSON.parse(printPolicy([tlsOnly({ region: 'cn-north-1' }, 'waybill-state')]))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws-cn:s3:::waybill-state', 'arn:aws-cn:s3:::waybill-state/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  })
})

it('statements of one name become one, on the resources and under the conditions of all', () => {
  const list = (cluster: string) => allow('List', ['ecs:ListTasks'], ['*'], { ArnEquals: { cluster } })
  expect(
    mergeStatements([
      allow('See', ['lambda:GetAlias'], ['a']),
      list('one'),
      allow('See', ['lambda:GetAlias'], ['b', 'a']),
      list('two'),
      list('one'),
      allow('Other', ['s3:GetObject'], ['c']),
    ]),
  ).toEqual([
    allow('See', ['lambda:GetAlias'], ['a', 'b']),
    allow('List', ['ecs:ListTasks'], ['*'], { ArnEquals: { cluster: ['one', 'two'] } }),
    allow('Other', ['s3:GetObject'], ['c']),
  ])
  expect(mergeStatements([list('one'), list('one')])).toEqual([list('one')])
})

it('gives each right once, and loses none that differs from another of its name', () => {
  const [one, other] = [allow('A', ['s3:GetObject'], ['a']), allow('A', ['s3:PutObject'], ['a'])]
  expect(oncePerName([one, { ...one }], ({ Sid }) => Sid)).toEqual([one])
  expect(() => oncePerName([one, other], ({ Sid }) => Sid)).toThrow('two different rights are called A')
})
