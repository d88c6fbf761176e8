import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { sampleZip } from '../sample-zip.ts'
import { createTwoVersions, lambdaRole, settled } from './calls.ts'

const invalid = { name: 'InvalidParameterValueException', status: 400 }
const Name = 'live'
let FunctionName: string
let count = 0
let emulator: Emulator
let clients: ReturnType<typeof clientsFor>
let lambda: ReturnType<typeof clientsFor>['lambda']

beforeAll(async () => {
  emulator = await startEmulator()
  clients = clientsFor(emulator)
  lambda = clients.lambda
})
afterAll(() => emulator.close())

beforeEach(async () => {
  count += 1
  FunctionName = `function-${count}`
  await createTwoVersions(clients, { FunctionName, Name })
})

type Update = Omit<ConstructorParameters<typeof UpdateAliasCommand>[0], 'FunctionName' | 'Name'>
const update = (change: Update) => lambda.send(new UpdateAliasCommand({ FunctionName, Name, ...change }))
const get = () => lambda.send(new GetAliasCommand({ FunctionName, Name }))
const weights = (AdditionalVersionWeights: Record<string, number>) => ({
  RoutingConfig: { AdditionalVersionWeights },
})

async function executed(times: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let i = 0; i < times; i += 1) {
    const { ExecutedVersion = '' } = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: Name }))
    counts[ExecutedVersion] = (counts[ExecutedVersion] ?? 0) + 1
  }
  return counts
}

async function orderWith(routingSeed: number): Promise<(string | undefined)[]> {
  const other = await startEmulator({ routingSeed })
  const otherClients = clientsFor(other)
  await createTwoVersions(otherClients, { FunctionName, Name })
  await otherClients.lambda.send(new UpdateAliasCommand({ FunctionName, Name, ...weights({ '2': 0.25 }) }))
  const order: (string | undefined)[] = []
  for (let i = 0; i < 20; i += 1) {
    const answer = await otherClients.lambda.send(new InvokeCommand({ FunctionName, Qualifier: Name }))
    order.push(answer.ExecutedVersion)
  }
  await other.close()
  return order
}

describe('an alias', () => {
  it('moves to another version with the revision that was read', async () => {
    const { RevisionId, ...before } = await get()
    expect(before).toMatchObject({ FunctionVersion: '1', AliasArn: expect.stringMatching(/:live$/) })
    const moved = await update({ FunctionVersion: '2', RevisionId })
    expect(moved.RevisionId).not.toBe(RevisionId)
    const late = update({ FunctionVersion: '1', RevisionId })
    expect(await refusal(late)).toEqual({ name: 'PreconditionFailedException', status: 412 })
    expect(await get()).toMatchObject({ FunctionVersion: '2', RevisionId: moved.RevisionId })
  })

  it('whose own write lost its answer is told 412 by the retry', async () => {
    const { RevisionId } = await get()
    emulator.inject({ operation: 'UpdateAlias', kind: 'reset-after', times: 1 })
    const retrying = clientsFor(emulator, { maxAttempts: 3 }).lambda
    const call = retrying.send(
      new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: '2', RevisionId }),
    )
    expect((await refusal(call)).status).toBe(412)
    expect((await get()).FunctionVersion).toBe('2')
    emulator.clearFaults()
  })

  it('keeps its version when only weights are given, and its weights when only the description is', async () => {
    await update(weights({ '2': 0.25 }))
    await update({ Description: 'x' })
    expect(await get()).toMatchObject({ FunctionVersion: '1', Description: 'x', ...weights({ '2': 0.25 }) })
    await update(weights({}))
    expect((await get()).RoutingConfig).toBeUndefined()
  })

  it('sends each version its share of the invocations', async () => {
    expect(await executed(3)).toEqual({ '1': 3 })
    await update(weights({ '2': 0.1 }))
    expect(await executed(20)).toEqual({ '1': 18, '2': 2 })
    await update(weights({ '2': 1 }))
    expect(await executed(3)).toEqual({ '2': 3 })
    await update(weights({ '2': 0 }))
    expect(await executed(3)).toEqual({ '1': 3 })
    await update({ FunctionVersion: '2', ...weights({}) })
    expect(await executed(2)).toEqual({ '2': 2 })
  })

  it('chooses in the same order with the same seed, and in another with another', async () => {
    const orders = await Promise.all([0, 0.5, 0.5].map(orderWith))
    expect(orders[1]).toEqual(orders[2])
    expect(orders[0]).not.toEqual(orders[1])
    const shares = orders.map(order => order.filter(version => version === '2').length)
    expect(shares.every(share => Math.abs(share - 5) <= 1)).toBe(true)
  })

  it('is the qualifier of the version that it points to', async () => {
    const Qualifier = Name
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))
    expect(found.Version).toBe('1')
  })

  it.each<[string, () => Update]>([
    ['two additional versions', () => weights({ '2': 0.1, '3': 0.1 })],
    ['the version that it has already', () => weights({ '1': 0.5 })],
    ['$LATEST as the additional version', () => weights({ $LATEST: 0.5 })],
    [
      '$LATEST beside an additional version',
      () => ({ FunctionVersion: '$LATEST', ...weights({ '2': 0.5 }) }),
    ],
  ])('is not given %s', async (_, change) => {
    expect(await refusal(update(change()))).toEqual(invalid)
    expect((await get()).FunctionVersion).toBe('1')
  })

  it('is not given a weight above 1', async () => {
    expect((await refusal(update(weights({ '2': 1.5 })))).name).toBe('ValidationException')
  })

  it.each([() => ({ FunctionVersion: '9' }), () => weights({ '9': 0.5 })])(
    'is not given a version that does not exist',
    async change => {
      expect(await refusal(update(change()))).toEqual({ name: 'ResourceNotFoundException', status: 404 })
    },
  )

  it('does not mix versions with different roles', async () => {
    const Role = await lambdaRole(clients.iam, 'two')
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Role }))
    await settled(lambda, FunctionName)
    const ZipFile = sampleZip('three')
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }))
    expect(await refusal(update(weights({ '3': 0.5 })))).toEqual(invalid)
    await update({ FunctionVersion: '3' })
  })

  it('can point to $LATEST alone', async () => {
    expect((await update({ FunctionVersion: '$LATEST' })).FunctionVersion).toBe('$LATEST')
  })

  it('keeps the versions that it points to from being deleted', async () => {
    await update(weights({ '2': 0.5 }))
    for (const Qualifier of ['1', '2']) {
      const call = lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }))
      expect(await refusal(call)).toEqual({ name: 'ResourceConflictException', status: 409 })
    }
    await lambda.send(new DeleteAliasCommand({ FunctionName, Name }))
    await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }))
  })
})

it('makes an alias once, lists aliases by version, and does not find one that was deleted', async () => {
  const again = lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '2' }))
  expect(await refusal(again)).toEqual({ name: 'ResourceConflictException', status: 409 })
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'next', FunctionVersion: '2' }))
  const listed = async (FunctionVersion?: string) =>
    (await lambda.send(new ListAliasesCommand({ FunctionName, FunctionVersion }))).Aliases?.map(
      alias => alias.Name,
    )
  expect([await listed(), await listed('2')]).toEqual([['live', 'next'], ['next']])
  await lambda.send(new DeleteAliasCommand({ FunctionName, Name }))
  expect(await refusal(get())).toEqual({ name: 'ResourceNotFoundException', status: 404 })
})

it('logs an alias as function:alias', async () => {
  emulator.clearRequests()
  await get()
  await update({ FunctionVersion: '2' })
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'new', FunctionVersion: '2' }))
  expect(emulator.requests().map(({ operation, resource, write }) => [operation, resource, write])).toEqual([
    ['GetAlias', `${FunctionName}:live`, false],
    ['UpdateAlias', `${FunctionName}:live`, true],
    ['CreateAlias', `${FunctionName}:new`, true],
  ])
})
