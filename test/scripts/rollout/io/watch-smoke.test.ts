import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import type { FunctionApplied } from '../../../../scripts/kinds/lambda/applied.ts'
import { type Digest, digestFromBase64 } from '../../../../scripts/names/digest.ts'
import type { RolloutTools } from '../../../../scripts/rollout/io/run.ts'
import type { Rollout } from '../../../../scripts/rollout/rollout.ts'
import { callCheck } from '../../../../scripts/strategy/smoke.ts'
import { settled } from '../../../emulator/lambda/calls.ts'
import { functionZip } from '../../../emulator/sample-zip.ts'
import { killAt, type WatchedWorld, watchedWorld } from '../../../support/watched.ts'

type Check = Parameters<typeof callCheck.parse>[0]

/** A world in which the new version is this code, and the rollout to it. */
async function worldOf(body: string, check: Check, limits?: { timeoutMs: number }) {
  const one = await watchedWorld('10%/2m, 100%/1m', { smoke: callCheck.parse(check) }, limits)
  onTestFinished(one.close)
  const { functionName } = one.rollout.applied as FunctionApplied
  const { lambda } = one.stand.clients
  const ZipFile = functionZip({ 'index.mjs': `export const handler = async event => { ${body} }\n` })
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: functionName, ZipFile, Publish: true }))
  await settled(lambda, functionName)
  const { Configuration } = await lambda.send(
    new GetFunctionCommand({ FunctionName: functionName, Qualifier: '3' }),
  )
  const digests = [digestFromBase64(Configuration?.CodeSha256 ?? '') as Digest]
  const rollout: Rollout = { ...one.rollout, digests, applied: { ...one.rollout.applied, revision: '3' } }
  return { one, rollout, run: (tools?: Partial<RolloutTools>) => endOf(one, rollout, tools) }
}

type World = Awaited<ReturnType<typeof worldOf>>

const endOf = (one: WatchedWorld, rollout: Rollout, tools: Partial<RolloutTools> = {}) =>
  one
    .run(tools, rollout)
    .catch((error: unknown) => (error instanceof UserError ? error : expect.fail(String(error))))

const wait = 'await new Promise(resolve => setTimeout(resolve, '

describe('a smoke check', () => {
  it.each([
    ['throws', `throw new Error('no database')`, {}, /no database/],
    [
      'answers something else',
      'return { ok: false }',
      { contains: { ok: true } },
      /it answered \{"ok":false\}/,
    ],
    ['does not answer in time', `${wait}2500))`, { timeoutSeconds: 1 }, /no answer within 1 s/],
    ['hangs until its own time is over', `${wait}60_000))`, {}, /timed out/i],
  ])('of code that %s ends the rollout, and no traffic moves', async (_, body, check, why) => {
    const { one, run } = await worldOf(body, check)
    const end = await run()
    expect(end).toMatchObject({ code: 'rollout-taken-back', cause: expect.stringMatching(why) })
    // Nothing was sent back, and nothing is held.
    expect(end).toMatchObject({
      message: 'no traffic of service-a in staging was sent to service-a-v1.1.0: it did not do well',
      remedy: expect.not.stringContaining('held'),
    })
    expect([await one.shares(), await one.events()]).toEqual([{ 1: 100 }, ['repaired']])
    expect(one.stand.emulator.requests().filter(({ operation }) => operation === 'UpdateAlias')).toEqual([])
  })

  it('may take longer than AWS may be silent otherwise', async () => {
    const { run } = await worldOf(
      `${wait}1500)); return { ok: true }`,
      { contains: { ok: true } },
      { timeoutMs: 1000 },
    )
    expect(await run()).toBe('moved')
  })

  it('calls the version as often as it says, with its payload', async () => {
    const { one, run } = await worldOf('return event', { payload: { a: 1 }, contains: { a: 1 }, times: 3 })
    expect(await run()).toBe('moved')
    const calls = one.stand.emulator.requests().filter(({ operation }) => operation === 'Invoke')
    expect(calls).toHaveLength(3)
  })

  it('is not waited for by a run that is asked to stop', async () => {
    const { one, run } = await worldOf(`${wait}2500)); return 1`, {})
    const stop = new AbortController()
    one.stand.emulator.inject({ operation: 'Invoke', kind: 'delay', action: () => stop.abort() })
    expect(await run({ signal: stop.signal })).toMatchObject({
      code: 'rollout-not-begun',
      cause: 'the run was asked to stop before any traffic moved',
    })
    // The call has had no answer yet.
    const calls = one.stand.emulator.requests().filter(({ operation }) => operation === 'Invoke')
    expect(calls.map(({ status }) => status)).toEqual([0])
  })
})

/** The request that AWS refuses, and why, as the message says it. */
const refused: readonly [string, Check, (world: World) => Promise<unknown>, RegExp][] = [
  ['is throttled for ever', {}, throttle, /TooManyRequests/],
  [
    'has too large a payload',
    { payload: 'x'.repeat(6_300_000) },
    async () => undefined,
    /TooLarge|413|must be smaller/,
  ],
  ['is of a version that was removed', {}, removeVersion, /ResourceNotFound/],
]

async function throttle({ one, rollout }: World) {
  const { functionName: FunctionName } = rollout.applied as FunctionApplied
  const none = { FunctionName, ReservedConcurrentExecutions: 0 }
  await one.stand.clients.lambda.send(new PutFunctionConcurrencyCommand(none))
}

async function removeVersion({ one, rollout }: World) {
  const { functionName: FunctionName, revision: Qualifier } = rollout.applied as FunctionApplied
  await one.stand.clients.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }))
}

describe('a smoke check that AWS refuses', () => {
  it.each(refused)('since it %s moves no traffic', async (_, check, prepare, why) => {
    const world = await worldOf('return 1', check)
    await prepare(world)
    expect((await world.run()) as UserError).toMatchObject({ cause: expect.stringMatching(why) })
    expect([await world.one.shares(), await world.one.events()]).toEqual([{ 1: 100 }, ['repaired']])
  })

  // An alias keeps its version from being removed.
  it.each(refused.slice(0, 2))(
    'since it %s ends a continued rollout, and its traffic goes back',
    async (_, check, prepare, why) => {
      const world = await worldOf('return 1', {})
      const { one, rollout } = world
      await killAt(one, 10, rollout)
      await prepare(world)
      const plan = { ...rollout.plan, smoke: callCheck.parse(check) }
      const end = await endOf(one, { ...rollout, plan })
      expect(end).toMatchObject({ code: 'rollout-taken-back', cause: expect.stringMatching(why) })
      expect([await one.shares(), (await one.events()).at(-1)]).toEqual([{ 1: 100 }, 'rolled-back'])
    },
  )
})

describe('a smoke check that hangs in a phase', () => {
  it.each([
    ['is ended by its own time limit, and the traffic goes back', false, /no answer within 1 s/],
    ['is not waited for after Ctrl-C: the traffic goes back at once', true, /asked to stop/],
  ])('%s', async (_, isStopped, why) => {
    const { one, rollout } = await worldOf('return 1', { timeoutSeconds: isStopped ? 30 : 1 })
    await killAt(one, 10, rollout)
    const stop = new AbortController()
    const action = () => {
      if (isStopped) stop.abort()
    }
    one.stand.emulator.inject({ operation: 'Invoke', kind: 'delay', delayMs: 10_000, action })
    const end = await endOf(one, rollout, { signal: stop.signal })
    expect(end).toMatchObject({ code: 'rollout-taken-back', cause: expect.stringMatching(why) })
    expect([await one.shares(), (await one.events()).at(-1)]).toEqual([{ 1: 100 }, 'rolled-back'])
  })
})

describe('probes', () => {
  it('make up for missing traffic', async () => {
    const { one, run } = await worldOf('return 1', { contains: 1 })
    one.traffic.perMinute = 100
    expect(await run()).toBe('moved')
    const calls = one.stand.emulator.requests().filter(({ operation }) => operation === 'Invoke')
    expect(calls.length).toBeGreaterThan(1)
  })

  it('that fail send the traffic back', async () => {
    const { one, run } = await worldOf('return 1', { contains: 1 })
    one.traffic.perMinute = 100
    one.stand.emulator.inject({ operation: 'Invoke', kind: 'error-in-200', skip: 5 })
    expect(await run()).toMatchObject({
      code: 'rollout-taken-back',
      cause: expect.stringContaining('it answered {}'),
    })
    expect(await one.shares()).toEqual({ 1: 100 })
    expect((await one.events()).at(-1)).toBe('rolled-back')
  })
})

describe('probes that a person stops with ON_STOP=hold', () => {
  it('say nothing about the version', async () => {
    const { one, run } = await worldOf('return 1', { contains: 1 })
    one.traffic.perMinute = 100
    const stop = new AbortController()
    one.stand.emulator.inject({
      operation: 'Invoke',
      kind: 'delay',
      skip: 5,
      delayMs: 500,
      action: () => stop.abort(),
    })
    expect(await run({ signal: stop.signal, onStop: 'hold' })).toMatchObject({ code: 'rollout-held' })
    expect(await one.shares()).toEqual({ 1: 90, 3: 10 })
  })
})

describe('a version that never becomes ready', () => {
  it('gets no traffic', async () => {
    const one = await watchedWorld('10%/2m, 100%/1m')
    onTestFinished(one.close)
    const movers: RolloutTools['movers'] = async kind => ({
      ...(await one.stand.tools().movers(kind)),
      ready: async () => ({ state: 'not yet' }),
    })
    const end = await endOf(one, one.rollout, { movers })
    expect(end).toMatchObject({ code: 'rollout-not-ready' })
    expect([await one.shares(), await one.events()]).toEqual([{ 1: 100 }, ['repaired']])
  })
})
