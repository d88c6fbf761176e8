import {
  CreateRepositoryCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { refusedWith } from '../refused-with.ts'

const repositoryName = 'images'
const count = { countType: 'imageCountMoreThan', countNumber: 3 }
const days = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }
const expire = { type: 'expire' }
let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
})
afterAll(() => emulator.close())

const refused = (message: RegExp) => refusedWith('InvalidParameterException', message)

describe('a lifecycle policy', () => {
  const put = (lifecyclePolicyText: string) =>
    ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
  const rules = (...selections: object[]) =>
    selections.map((selection, index) => ({ rulePriority: index + 1, selection, action: expire }))

  const many = (length: number) =>
    rules(
      ...Array.from({ length }, (_, index) => ({
        tagStatus: 'tagged',
        tagPrefixList: [`v${index}`],
        ...count,
      })),
    )
  const ofSize = (characters: number) =>
    JSON.stringify({ rules: rules({ tagStatus: 'any', ...count }) }).padEnd(characters)

  it('is taken with 30,720 characters', async () => void (await put(ofSize(30_720))))

  it.each([
    ['keeps tagged images by a pattern', rules({ tagStatus: 'tagged', tagPatternList: ['*-v*'], ...count })],
    ['has 50 rules', many(50)],
    ['expires by age', rules({ tagStatus: 'untagged', ...days }, { tagStatus: 'any', ...count })],
  ])('that %s is taken', async (_, taken) => {
    await put(JSON.stringify({ rules: taken }))
  })

  it.each([
    ['is not JSON', 'no JSON'.padEnd(100), /Could not map policyString into LifecyclePolicy/],
    ['is shorter than 100 characters', '{"rules":[]}', /greater than or equal to 100/],
    ['has more than 30,720 characters', ofSize(30_721), /less than or equal to 30720/],
    ['has no rules', JSON.stringify({ rules: [] }).padEnd(100), /rules/],
  ])('that %s is refused', (_, text, message) => expect(put(text)).rejects.toMatchObject(refused(message)))

  it.each([
    ['has no priority', [{ selection: { tagStatus: 'any', ...count }, action: expire }], /rulePriority/],
    ['has an unknown tag status', rules({ tagStatus: 'old', ...count }), /tagStatus/],
    ['has 51 rules', many(51), /rules/],
    ['has a count of 0', rules({ tagStatus: 'any', ...count, countNumber: 0 }), /countNumber/],
    [
      'has a unit for a number of images',
      rules({ tagStatus: 'any', ...count, countUnit: 'days' }),
      /countUnit/,
    ],
    ['has no unit for an age', rules({ tagStatus: 'any', ...days, countUnit: undefined }), /countUnit/],
    [
      'names no tags for tagged images',
      rules({ tagStatus: 'tagged', ...count }),
      /tagPrefixList or tagPattern/,
    ],
    [
      'names tags for any image',
      rules({ tagStatus: 'any', tagPrefixList: ['v'], ...count }),
      /tagStatus=TAGGED/,
    ],
    [
      'names tags in both ways',
      rules({ tagStatus: 'tagged', tagPrefixList: ['v'], tagPatternList: ['v'], ...count }),
      /Only one/,
    ],
    [
      'has a pattern with five wildcards',
      rules({ tagStatus: 'tagged', tagPatternList: ['*a*b*c*d*'], ...count }),
      /wildcards/,
    ],
    ['has an unknown field', rules({ tagStatus: 'any', ...count, tagSuffixList: ['v'] }), /tagSuffixList/],
    [
      'has a rule for any image before another',
      rules({ tagStatus: 'any', ...count }, { tagStatus: 'untagged', ...count }),
      /lowest priority/,
    ],
    [
      'has two rules for untagged images',
      rules({ tagStatus: 'untagged', ...count }, { tagStatus: 'untagged', ...days }),
      /Only one rule/,
    ],
    [
      'has one priority twice',
      [...rules({ tagStatus: 'untagged', ...count }), ...rules({ tagStatus: 'any', ...count })],
      /unique/,
    ],
  ])('that %s is refused', (_, invalid, message) =>
    expect(put(JSON.stringify({ rules: invalid }))).rejects.toMatchObject(refused(message)),
  )
})

describe('a repository policy', () => {
  const statement = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: ['ecr:BatchGetImage'] }
  const set = (change: object) => {
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })
    return ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
  }

  it('is taken with the actions of ECR', async () => {
    await set({ Action: ['ecr:BatchGet*', 'ecr:GetDownloadUrlForLayer'] })
  })

  it.each([
    ['an action that does not exist', { Action: 'ecr:ListReferrers' }],
    ['an action of another service', { Action: 's3:GetObject' }],
    ['no action', { Action: undefined }],
    ['no principal', { Principal: undefined }],
    ['a resource', { Resource: '*' }],
    ['an unknown effect', { Effect: 'Permit' }],
    ['an unknown field', { Actions: 'ecr:BatchGetImage' }],
    ['more than 10,240 characters', { Sid: 'a'.repeat(10_240) }],
  ])('is refused with %s', (_, change) => expect(set(change)).rejects.toMatchObject(refused(/./)))
})
