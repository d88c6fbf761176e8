import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import { rollOut } from '../../../../scripts/kinds/io/rollouts.ts'
import type { Rollout } from '../../../../scripts/kinds/io/tools.ts'
import type { Digest } from '../../../../scripts/names/digest.ts'
import { sampleImage } from '../../../emulator/sample-image.ts'
import {
  type Applied,
  ecsApplied,
  lambdaApplied,
  meanwhile,
  register,
  type Stand,
  startStand,
  strike,
  tools,
  writes,
} from '../../../support/applied.ts'

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

const kinds = { 'the alias of a function': lambdaApplied, 'the service of ECS': ecsApplied }

describe.each(Object.entries(kinds))('%s', (_, applied) => {
  it('is moved to what was applied, once', async () => {
    const one = await applied(stand)
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(await one.runs()).toBe(one.wanted)
    expect(await rollOut(tools(), one)).toBe('already done')
    expect(writes(one)).toHaveLength(1)
  })
})

function moveByHand({ name }: Applied, FunctionVersion: string, share = 0) {
  const AdditionalVersionWeights = share === 0 ? {} : { '2': share }
  const RoutingConfig = { AdditionalVersionWeights }
  return stand.clients.lambda.send(
    new UpdateAliasCommand({ FunctionName: name, Name: 'STAGING', FunctionVersion, RoutingConfig }),
  )
}

describe('an alias that somebody else moves at the same time', () => {
  it('is moved all the same, after another look', async () => {
    const one = await lambdaApplied(stand)
    meanwhile(one, 'UpdateAlias', () => moveByHand(one, '1', 0.5))
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(await one.runs()).toBe('2')
  })

  it('is left to whoever has sent its traffic elsewhere', async () => {
    const one = await lambdaApplied(stand)
    meanwhile(one, 'UpdateAlias', () => moveByHand(one, '$LATEST'))
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ ending: 'refused', message: expect.stringContaining('by somebody else') })
    expect(await one.runs()).toBe('$LATEST')
  })

  it('is left alone when it never stands still', async () => {
    const one = await lambdaApplied(stand)
    let isMoving = false
    const act = async () => {
      // The request of this move itself comes by here, too.
      if (isMoving) return
      isMoving = true
      await moveByHand(one, '1', 0.5)
      isMoving = false
    }
    meanwhile(one, 'UpdateAlias', act, { times: Number.POSITIVE_INFINITY })
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ ending: 'refused', message: expect.stringContaining('by somebody else') })
    expect(await one.runs()).toBe('1')
  })
})

describe('a deployment of ECS', () => {
  const settle = (outcome: 'fails' | 'hangs', { name }: Applied) =>
    stand.emulator.setRollout({ cluster: name, service: name, outcome, times: 1 })

  it('that the circuit breaker rolls back is a failure, with what ECS said, though the service is stable', async () => {
    const one = await ecsApplied(stand)
    settle('fails', one)
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'rolledBack',
      message: expect.stringContaining('rolled back by ECS'),
    })
    expect((error as UserError).cause).toMatch(/circuit breaker/)
    expect((error as UserError).cause).toContain(`${one.name}:1 runs`)
    // The next attempt is one of its own.
    expect(await rollOut(tools(), one)).toBe('moved')
  })

  it('that takes too long is not given up: the next run waits for the same one', async () => {
    const one = await ecsApplied(stand)
    settle('hangs', one)
    const error = await rollOut(tools({ waitMs: 300 }), one).catch((error: UserError) => error)
    expect(error).toMatchObject({
      ending: 'cloud',
      message: expect.stringMatching(/stopped waiting for the deployment/),
    })
    const complete = () =>
      stand.emulator.setRollout({ cluster: one.name, service: one.name, outcome: 'completes' })
    meanwhile(one, 'DescribeServices', complete, { skip: 1 })
    expect(await rollOut(tools(), one)).toBe('moved')
    expect(writes(one)).toEqual(['UpdateService'])
  })

  it('is no longer waited for when the run is asked to end', async () => {
    const one = await ecsApplied(stand)
    settle('hangs', one)
    const stop = new AbortController()
    meanwhile(one, 'UpdateService', async () => stop.abort())
    const error = await rollOut(tools({ signal: stop.signal }), one).catch((error: UserError) => error)
    expect(error).toMatchObject({ ending: 'cloud', cause: 'this run was asked to end' })
  })

  it('whose place another one takes is no rollback: somebody else deploys', async () => {
    const one = await ecsApplied(stand)
    settle('hangs', one)
    const third = await register(stand.clients.ecs, one.name, 'service-a-v1.0.0')
    const asked = { cluster: one.name, service: one.name, taskDefinition: third }
    meanwhile(one, 'DescribeServices', () => stand.clients.ecs.send(new UpdateServiceCommand(asked)), {
      skip: 1,
    })
    await expect(rollOut(tools(), one)).rejects.toMatchObject({
      ending: 'refused',
      message: 'somebody else has deployed service-a in staging since',
      cause: expect.stringContaining(third),
    })
    expect(await one.runs()).toBe(third)
  })

  it('of a service that wants no task is done without one', async () => {
    const one = await ecsApplied(stand, 0)
    expect(await rollOut(tools(), one)).toBe('moved')
  })

  it('whose tasks have another digest than the release is refused', async () => {
    const one = await ecsApplied(stand)
    const other = sampleImage('another').digest as Digest
    const artifact = { ...one.record.artifact, digest: other } as Rollout['record']['artifact']
    const outcome = rollOut(tools(), { ...one, record: { ...one.record, artifact } })
    await expect(outcome).rejects.toMatchObject({
      ending: 'refused',
      message: 'service-a in staging does not run what was released as service-a-v1.1.0',
      cause: expect.stringContaining(other),
    })
  })

  it('of a service that was deleted by hand says so', async () => {
    const one = await ecsApplied(stand)
    await stand.clients.ecs.send(
      new DeleteServiceCommand({ cluster: one.name, service: one.name, force: true }),
    )
    await expect(rollOut(tools(), one)).rejects.toMatchObject({
      ending: 'refused',
      cause: `the cluster ${one.name} has no running service ${one.name}`,
    })
  })

  it('that AWS refuses is no rollback, also when an older deployment has the same task definition', async () => {
    const one = await ecsApplied(stand)
    await rollOut(tools(), one)
    // Back to the first, while tasks of the second still run.
    settle('hangs', one)
    const first = one.wanted.replace(/2$/, '1')
    await stand.clients.ecs.send(
      new UpdateServiceCommand({ cluster: one.name, service: one.name, taskDefinition: first }),
    )
    const clear = strike(one, { operation: 'UpdateService', fault: 'access-denied', times: 1 })
    const error = await rollOut(tools(), one).catch((error: UserError) => error)
    clear()
    expect(error).toMatchObject({
      ending: 'badInput',
      message: expect.stringMatching(/^cannot give service-/),
    })
  })
})
