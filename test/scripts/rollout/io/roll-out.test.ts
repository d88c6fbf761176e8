import { UpdateServiceCommand } from '@aws-sdk/client-ecs'
import {
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import type { Mover } from '../../../../scripts/kinds/io/mover.ts'
import { type Digest, digestFromBase64 } from '../../../../scripts/names/digest.ts'
import { rolloutErrors } from '../../../../scripts/rollout/errors.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import { settled } from '../../../emulator/lambda/calls.ts'
import { sampleZip } from '../../../emulator/sample-zip.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { applyService, register } from '../../kinds/io/stands/services.ts'
import { type Stand, startStand } from '../../kinds/io/stands/stand.ts'

// Behavior that all kinds share is in test/scripts/kinds/io/contract.test.ts.

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

const lambdaApplied = applyFunction('lambda-zip')

function shareByHand(FunctionName: string, share: number) {
  const RoutingConfig = { AdditionalVersionWeights: { '2': share } }
  return stand.clients.lambda.send(
    new UpdateAliasCommand({ FunctionName, Name: 'STAGING', FunctionVersion: '1', RoutingConfig }),
  )
}

describe('an alias that somebody else changes at the same time', () => {
  it('is moved after another look', async () => {
    const one = await lambdaApplied(stand)
    one.wire.meanwhile('UpdateAlias', () => shareByHand(one.name, 0.4))
    expect(await rollOut(stand.tools(), one.rollout)).toBe('moved')
    expect(await one.runs()).toBe('2')
  })

  it('is left alone if it keeps changing', async () => {
    const one = await lambdaApplied(stand)
    let isMoving = false
    const act = async () => {
      // The write that this makes passes through here too.
      if (isMoving) return
      isMoving = true
      await shareByHand(one.name, 0.4)
      isMoving = false
    }
    one.wire.meanwhile('UpdateAlias', act, { times: Number.POSITIVE_INFINITY })
    const error = await rollOut(stand.tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({ ending: 'refused', message: expect.stringContaining('somebody else') })
    expect(await one.runs()).toBe('1')
  })
})

describe('a function that holds what no version does', () => {
  it('gets a version of settings that an interrupted apply left, but no traffic yet', async () => {
    const one = await lambdaApplied(stand)
    await stand.clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: one.name, Timeout: 77 }),
    )
    await settled(stand.clients.lambda, one.name)
    const error = await rollOut(stand.tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({ errorCode: rolloutErrors['rollout-apply-completed'] })
    expect(error).toMatchObject({ cause: expect.stringContaining('this run published them as revision 3') })
    expect([await one.runs(), await versionsOf(one.name)]).toEqual(['1', ['$LATEST', '1', '2', '3']])
    const applied = { ...one.rollout.applied, revision: '3' }
    expect(await rollOut(stand.tools(), { ...one.rollout, applied })).toBe('moved')
  })

  it('gets none of code that was put there by hand', async () => {
    const one = await lambdaApplied(stand)
    await stand.clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: one.name, ZipFile: sampleZip('by hand') }),
    )
    const error = await rollOut(stand.tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({ errorCode: rolloutErrors['rollout-digest'] })
    expect([await one.runs(), await versionsOf(one.name)]).toEqual(['1', ['$LATEST', '1', '2']])
  })
})

async function versionsOf(FunctionName: string): Promise<(string | undefined)[]> {
  const { Versions = [] } = await stand.clients.lambda.send(
    new ListVersionsByFunctionCommand({ FunctionName }),
  )
  return Versions.map(({ Version }) => Version)
}

describe('an ECS deployment', () => {
  const settle = (outcome: 'fails' | 'hangs', { name }: { name: string }) =>
    stand.emulator.setRollout({ cluster: name, service: name, outcome, times: 1 })

  it('that the circuit breaker rolls back fails with the reason from ECS, although the service is stable', async () => {
    const one = await applyService(stand)
    settle('fails', one)
    const error = await rollOut(stand.tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'rolledBack',
      message: expect.stringContaining('AWS rolled service-a in staging back'),
    })
    expect((error as UserError).cause).toMatch(/circuit breaker/)
    expect((error as UserError).cause).toContain(`${one.first} runs`)
    // The next attempt is a new deployment.
    expect(await rollOut(stand.tools(), one.rollout)).toBe('moved')
  })

  it('that takes too long continues, and the next run waits for it', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const error = await rollOut(stand.tools({ waitMs: 300 }), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'cloud',
      message: expect.stringMatching(/stopped waiting for the traffic of service-a to arrive/),
    })
    const complete = () =>
      stand.emulator.setRollout({ cluster: one.name, service: one.name, outcome: 'completes' })
    // After two looks: one at the traffic, one at the progress.
    one.wire.meanwhile('DescribeServices', complete, { skip: 2 })
    expect(await rollOut(stand.tools(), one.rollout)).toBe('moved')
    expect(one.writes()).toBe(1)
  })

  it('is no longer watched once the run is asked to stop', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const stop = new AbortController()
    one.wire.meanwhile('UpdateService', async () => stop.abort())
    const error = await rollOut(stand.tools({ signal: stop.signal }), one.rollout).catch(
      (error: UserError) => error,
    )
    expect(error).toMatchObject({ ending: 'cloud', cause: 'this run was asked to stop' })
  })

  it('that another deploy replaces is not reported as a rollback', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const third = await register(stand.clients.ecs, one.name, 'service-a-v1.0.0')
    const asked = { cluster: one.name, service: one.name, taskDefinition: third }
    // After the first look, the look before the write, and the first look at the progress.
    one.wire.meanwhile('DescribeServices', () => stand.clients.ecs.send(new UpdateServiceCommand(asked)), {
      skip: 3,
    })
    await expect(rollOut(stand.tools(), one.rollout)).rejects.toMatchObject({
      ending: 'refused',
      message: 'somebody else deployed service-a in staging during this rollout',
      cause: expect.stringContaining(third),
    })
    expect(await one.runs()).toBe(third)
  })

  it('of which no task runs is not verified until one does', async () => {
    const one = await applyService(stand)
    const mover = await stand.tools().movers(one.rollout.applied.kind)
    expect(await mover.serving(one.rollout.applied, one.rollout.applied.revision)).toEqual([])
    const none = { ...mover, serving: async () => [] }
    await expect(
      rollOut({ ...stand.tools({ waitMs: 200 }), movers: async () => none }, one.rollout),
    ).rejects.toMatchObject({
      code: 'rollout-timeout',
      message: 'stopped waiting for the digests of what serves service-a',
    })
    let reads = 0
    const late: Mover = {
      ...mover,
      serving: (applied, revision) => {
        reads += 1
        return reads === 1 ? Promise.resolve([undefined]) : mover.serving(applied, revision)
      },
    }
    expect(await rollOut({ ...stand.tools(), movers: async () => late }, one.rollout)).toBe('already done')
    expect(reads).toBe(2)
  })

  it('may take as long as the strategy that is left to ECS, and the start of its tasks', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    let passed = 0
    const clock = {
      ...systemClock,
      now: () => passed,
      sleep: async () => {
        passed += 60_000
      },
    }
    await expect(
      rollOut(
        { ...stand.tools(), clock, waitMs: undefined },
        {
          ...one.rollout,
          plan: { ...one.rollout.plan, phases: [{ share: 100, minutes: 20 }], isLeftToPlatform: true },
        },
      ),
    ).rejects.toMatchObject({ code: 'rollout-timeout', cause: 'the rollout took longer than 2100 s' })
    expect(passed / 60_000).toBe(36)
  })

  it('of a service without desired tasks succeeds', async () => {
    const one = await applyService(stand, 0)
    const mover = await stand.tools().movers(one.rollout.applied.kind)
    expect(await mover.serving(one.rollout.applied, one.rollout.applied.revision)).toBe('none wanted')
    expect(await rollOut(stand.tools(), one.rollout)).toBe('moved')
  })

  it('that AWS refuses is not reported as a rollback, even if an older one has the same task definition', async () => {
    const one = await applyService(stand)
    await rollOut(stand.tools(), one.rollout)
    // Back to the first while tasks of the second still run.
    settle('hangs', one)
    const first = one.first
    await stand.clients.ecs.send(
      new UpdateServiceCommand({ cluster: one.name, service: one.name, taskDefinition: first }),
    )
    const clear = one.wire.strike({ operation: 'UpdateService', fault: 'access-denied', times: 1 })
    const error = await rollOut(stand.tools(), one.rollout).catch((error: UserError) => error)
    clear()
    expect(error).toMatchObject({
      ending: 'badInput',
      message: expect.stringMatching(/^cannot give service-/),
    })
  })
})

describe('a function whose new version', () => {
  it('is not ready in time gets no traffic, and the message says so', async () => {
    const hour = 3_600_000
    const slow = await startStand({ lambdaUpdateMs: hour })
    onTestFinished(() => slow.close())
    // What the rollout begins with is ready at the first look.
    const action = () => slow.emulator.advanceClock(hour)
    const hurry = slow.emulator.inject({ operation: 'GetFunction', kind: 'delay', action })
    const { name: FunctionName, rollout, first, runs } = await lambdaApplied(slow)
    hurry()
    const update = { FunctionName, ZipFile: sampleZip('three'), Publish: true }
    const { Version = '', CodeSha256 = '' } = await slow.clients.lambda.send(
      new UpdateFunctionCodeCommand(update),
    )
    const digests = [digestFromBase64(CodeSha256) as Digest]
    const pending = { ...rollout, applied: { ...rollout.applied, revision: Version }, digests }
    await expect(rollOut(slow.tools({ waitMs: 200 }), pending)).rejects.toMatchObject({
      code: 'rollout-not-ready',
      ending: 'cloud',
      remedy: expect.stringContaining('No traffic was moved'),
    })
    expect(await runs()).toBe(first)
    slow.emulator.advanceClock(hour)
    expect(await rollOut(slow.tools(), pending)).toBe('moved')
  })

  it('is pending gets the traffic once it is ready, and none if it has failed', async () => {
    const one = await lambdaApplied(stand)
    const mover = await stand.tools().movers(one.rollout.applied.kind)
    const failed = { ...mover, ready: async () => ({ state: 'cannot', why: 'no such image' }) as const }
    await expect(
      rollOut({ ...stand.tools(), movers: async () => failed }, one.rollout),
    ).rejects.toMatchObject({
      code: 'rollout-revision-failed',
      cause: 'no such image',
    })
    expect([await one.runs(), one.writes()]).toEqual([one.first, 0])
    let asked = 0
    const pending: Mover = {
      ...mover,
      ready: (applied, revision) => {
        asked += 1
        return asked === 1 ? Promise.resolve({ state: 'not yet' }) : mover.ready(applied, revision)
      },
    }
    expect(await rollOut({ ...stand.tools(), movers: async () => pending }, one.rollout)).toBe('moved')
    expect([asked, await one.runs()]).toEqual([2, '2'])
  })

  it('has the traffic is still moving while a read is behind the write', async () => {
    const one = await lambdaApplied(stand)
    const mover = await stand.tools().movers(one.rollout.applied.kind)
    const seen = await mover.look(one.rollout.applied)
    // The alias as it was: a read from before the write.
    expect(await mover.progress(one.rollout.applied, { revision: '2', seen })).toEqual({ state: 'moving' })
    // The same version after somebody moved it there is no such read.
    await shareByHand(one.name, 0.4)
    expect(await mover.progress(one.rollout.applied, { revision: '2', seen })).toMatchObject({
      state: 'taken over',
      by: 'version 1, and 40 % to 2',
    })
  })

  it('lost its alias says so', async () => {
    const one = await lambdaApplied(stand)
    const mover = await stand.tools().movers(one.rollout.applied.kind)
    await one.remove()
    expect(await mover.progress(one.rollout.applied, { revision: '2', seen: undefined })).toEqual({
      state: 'gone',
    })
  })
})
