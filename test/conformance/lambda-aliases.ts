import {
  CreateAliasCommand,
  GetAliasCommand,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
} from '@aws-sdk/client-lambda'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { invoke } from './lambda-invocations.ts'
import { refused } from './refusal.ts'
import type { Target } from './target.ts'

const row = 'lambda-alias'
const service = 'lambda'
const weighted = 'AWS Lambda Developer Guide, Implement Lambda canary deployments using a weighted alias'

/** What shifting traffic between two versions of a function rests on. */
export const lambdaAliases: Expectation[] = [
  {
    title: 'the additional version gets its share, from none to all',
    row,
    service,
    source: weighted,
    run: async target => {
      const update = await makeAlias(target, 'share')
      const seen = async (count: number) => {
        const answers = await Promise.all(
          Array.from({ length: count }, () => invoke(target, {}, { Qualifier: 'share' })),
        )
        return new Set(answers.map(({ ExecutedVersion }) => ExecutedVersion))
      }
      expect(await seen(3)).toEqual(new Set(['1']))
      await update(weights({ '2': 1 }))
      expect(await seen(3)).toEqual(new Set(['2']))
      // One of 40 invocations chooses otherwise, but for one run in 550 billion.
      await update(weights({ '2': 0.5 }))
      expect(await seen(40)).toEqual(new Set(['1', '2']))
    },
  },
  {
    title: 'one additional version, published, other than the first, and with a share of 0 to 1',
    row,
    service,
    source: `${weighted}; AWS Lambda API Reference, AliasRoutingConfiguration`,
    run: async target => {
      const update = await makeAlias(target, 'refused')
      for (const change of [
        weights({ '1': 0.5 }),
        weights({ $LATEST: 0.5 }),
        weights({ '2': 0.1, '3': 0.1 }),
        weights({ '2': 1.5 }),
        { FunctionVersion: '$LATEST', ...weights({ '2': 0.5 }) },
      ]) {
        expect(await refused(update(change))).toMatchObject({ status: 400 })
      }
      expect(await refused(update(weights({ '9': 0.5 })))).toMatchObject({ status: 404 })
    },
  },
  {
    title: 'a stale RevisionId is refused with 412, and changes nothing',
    row,
    service,
    source: 'AWS Lambda API Reference, UpdateAlias, Errors, PreconditionFailedException',
    run: async target => {
      const update = await makeAlias(target, 'guarded')
      const { RevisionId } = await update({ Description: 'moved' })
      await update({ FunctionVersion: '2', RevisionId })
      expect(await refused(update({ FunctionVersion: '1', RevisionId }))).toMatchObject({
        name: 'PreconditionFailedException',
        status: 412,
      })
      const FunctionName = await target.lambdaFunction()
      const found = await target.lambda.send(new GetAliasCommand({ FunctionName, Name: 'guarded' }))
      expect(found.FunctionVersion).toBe('2')
    },
  },
]

type Change = Omit<UpdateAliasCommandInput, 'FunctionName' | 'Name'>

const weights = (AdditionalVersionWeights: Record<string, number>): Change => ({
  RoutingConfig: { AdditionalVersionWeights },
})

/** Makes an alias at version 1; answers what changes it. */
async function makeAlias(target: Target, Name: string) {
  const FunctionName = await target.lambdaFunction()
  await target.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }))
  return (change: Change) => target.lambda.send(new UpdateAliasCommand({ FunctionName, Name, ...change }))
}
