import { UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { applyService, register } from '../../kinds/io/stands/services.ts'
import { type Stand, startStand, tools } from '../../kinds/io/stands/stand.ts'

// What every kind does alike is in test/scripts/kinds/io/contract.test.ts.

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

describe('an alias that somebody else moves at the same time', () => {
  it('is moved all the same, after another look', async () => {
    const one = await lambdaApplied(stand)
    one.wire.meanwhile('UpdateAlias', () => shareByHand(one.name, 0.4))
    expect(await rollOut(tools(), one.rollout)).toBe('moved')
    expect(await one.runs()).toBe('2')
  })

  it('is left alone when it never stands still', async () => {
    const one = await lambdaApplied(stand)
    let isMoving = false
    const act = async () => {
      // The request of this move itself comes by here, too.
      if (isMoving) return
      isMoving = true
      await shareByHand(one.name, 0.4)
      isMoving = false
    }
    one.wire.meanwhile('UpdateAlias', act, { times: Number.POSITIVE_INFINITY })
    const error = await rollOut(tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({ ending: 'refused', message: expect.stringContaining('somebody else') })
    expect(await one.runs()).toBe('1')
  })
})

describe('a deployment of ECS', () => {
  const settle = (outcome: 'fails' | 'hangs', { name }: { name: string }) =>
    stand.emulator.setRollout({ cluster: name, service: name, outcome, times: 1 })

  it('that the circuit breaker rolls back is a failure, with what ECS said, though the service is stable', async () => {
    const one = await applyService(stand)
    settle('fails', one)
    const error = await rollOut(tools(), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'rolledBack',
      message: expect.stringContaining('rolled back by AWS'),
    })
    expect((error as UserError).cause).toMatch(/circuit breaker/)
    expect((error as UserError).cause).toContain(`${one.first} runs`)
    // The next attempt is one of its own.
    expect(await rollOut(tools(), one.rollout)).toBe('moved')
  })

  it('that takes too long is not given up: the next run waits for the same one', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const error = await rollOut(tools({ waitMs: 300 }), one.rollout).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'cloud',
      message: expect.stringMatching(/stopped waiting for the traffic of service-a to arrive/),
    })
    const complete = () =>
      stand.emulator.setRollout({ cluster: one.name, service: one.name, outcome: 'completes' })
    // After two looks: one at where the traffic goes, one at how it gets there.
    one.wire.meanwhile('DescribeServices', complete, { skip: 2 })
    expect(await rollOut(tools(), one.rollout)).toBe('moved')
    expect(one.writes()).toBe(1)
  })

  it('is no longer waited for when the run is asked to end', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const stop = new AbortController()
    one.wire.meanwhile('UpdateService', async () => stop.abort())
    const error = await rollOut(tools({ signal: stop.signal }), one.rollout).catch(
      (error: UserError) => error,
    )
    expect(error).toMatchObject({ ending: 'cloud', cause: 'this run was asked to stop' })
  })

  it('whose place another one takes is no rollback: somebody else deploys', async () => {
    const one = await applyService(stand)
    settle('hangs', one)
    const third = await register(stand.clients.ecs, one.name, 'service-a-v1.0.0')
    const asked = { cluster: one.name, service: one.name, taskDefinition: third }
    // After the look, the look before the write, and the first one at how it goes.
    one.wire.meanwhile('DescribeServices', () => stand.clients.ecs.send(new UpdateServiceCommand(asked)), {
      skip: 3,
    })
    await expect(rollOut(tools(), one.rollout)).rejects.toMatchObject({
      ending: 'refused',
      message: 'somebody else has deployed service-a in staging since',
      cause: expect.stringContaining(third),
    })
    expect(await one.runs()).toBe(third)
  })

  it('of a service that wants no task is done without one', async () => {
    const one = await applyService(stand, 0)
    expect(await rollOut(tools(), one.rollout)).toBe('moved')
  })

  it('that AWS refuses is no rollback, also when an older deployment has the same task definition', async () => {
    const one = await applyService(stand)
    await rollOut(tools(), one.rollout)
    // Back to the first, while tasks of the second still run.
    settle('hangs', one)
    const first = one.first
    await stand.clients.ecs.send(
      new UpdateServiceCommand({ cluster: one.name, service: one.name, taskDefinition: first }),
    )
    const clear = one.wire.strike({ operation: 'UpdateService', fault: 'access-denied', times: 1 })
    const error = await rollOut(tools(), one.rollout).catch((error: UserError) => error)
    clear()
    expect(error).toMatchObject({
      ending: 'badInput',
      message: expect.stringMatching(/^cannot give service-/),
    })
  })
})
