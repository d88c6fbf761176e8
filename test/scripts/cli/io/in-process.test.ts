import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { putRelease } from '../../../support/pins.ts'
import { writes } from '../../../support/releases.ts'
import { makeWorld } from '../../../support/world.ts'

/** What a command could change of the process that it runs in. */
function processState() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtException', 'unhandledRejection'] as const
  return {
    env: { ...process.env },
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: signals.map(name => [name, process.listenerCount(name)]),
    output: [process.stdout.listenerCount('error'), process.stderr.listenerCount('error')],
    children: childrenOf(process.pid),
  }
}

// Linux alone lists them in files; elsewhere nothing is compared.
function childrenOf(pid: number): string[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    return tasks.map(task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')).filter(Boolean)
  } catch {
    return []
  }
}

it('commands that run in this process leave it as it was', async () => {
  const world = await makeWorld()
  const before = processState()
  const outcomes = [
    await world.waybill('doctor'),
    await world.waybill('deploy', { ENV: 'staging' }),
    await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }),
    await world.waybill('release', {}),
  ]
  expect(outcomes.map(({ code }) => code)).toEqual([0, 2, 4, 2])
  expect(processState()).toEqual(before)
})

it('two at the same time each have their own clone, credentials, endpoint and output', async () => {
  const worlds = await Promise.all([makeWorld(), makeWorld()])
  for (const world of worlds) {
    await putRelease(world, 'service-a-v1.0.0', await world.git(['rev-parse', 'HEAD']))
    world.emulator.clearRequests()
  }
  const [one, other] = worlds
  const outcomes = await Promise.all([
    one.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }),
    other.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0', JSON: '1' }),
    other.waybill(
      'yank',
      { TAG: 'service-a-v1.0.0', REASON: 'It loses parcels' },
      { env: other.emulator.credentials({ expired: true }) },
    ),
  ])
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 2])
  expect(outcomes[0].stdout).toContain('staging is pinned to service-a-v1.0.0')
  expect(JSON.parse(outcomes[1].stdout)).toMatchObject({ result: 'created' })
  expect(outcomes[2].stderr).toContain('expired')
  for (const { emulator } of worlds) expect(emulator.requests().length).toBeGreaterThan(0)
  expect(worlds.flatMap(({ emulator }) => writes(emulator))).toEqual([])
})

it('one without credentials in its own environment has none, whoever runs the tests', async () => {
  const world = await makeWorld()
  await putRelease(world, 'service-a-v1.0.0', await world.git(['rev-parse', 'HEAD']))
  const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  const outcome = await world.waybill('pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }, { env })
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no credentials') })
})
