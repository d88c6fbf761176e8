import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runInProcess } from '../../../support/in-process.ts'
import { putRelease } from '../../../support/pins.ts'
import { writes } from '../../../support/releases.ts'
import { makeWorld, type World } from '../../../support/world.ts'

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

/** Runs a command in the process of this test: `waybill` of a world runs it in that of the helper. */
function runHere(
  world: World,
  command: string,
  options: Record<string, string> = {},
  env: Record<string, string> = {},
) {
  return runInProcess(command, { cwd: world.clone, env: { ...world.env, ...env, ...options } })
}

it('commands that run in this process leave it as it was', async () => {
  const world = await makeWorld()
  await world.git(['status'])
  const before = processState()
  const outcomes = [
    await runHere(world, 'doctor'),
    await runHere(world, 'deploy', { ENV: 'staging' }),
    await runHere(world, 'pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }),
    await runHere(world, 'release'),
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
    runHere(one, 'pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }),
    runHere(other, 'pin', { ENV: 'staging', TAG: 'service-a-v1.0.0', JSON: '1' }),
    runHere(
      other,
      'yank',
      { TAG: 'service-a-v1.0.0', REASON: 'It loses parcels' },
      other.emulator.credentials({ expired: true }),
    ),
  ])
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 2])
  expect(outcomes[0].stdout).toContain('staging is pinned to service-a-v1.0.0')
  expect(JSON.parse(outcomes[1].stdout)).toMatchObject({ result: 'created' })
  expect(outcomes[2].stderr).toContain('expired')
  for (const { emulator } of worlds) expect(emulator.requests().length).toBeGreaterThan(0)
  expect(worlds.flatMap(({ emulator }) => writes(emulator))).toEqual([])
})

it('a command without credentials in its own environment does not use those of whoever runs the tests', async () => {
  const world = await makeWorld()
  await putRelease(world, 'service-a-v1.0.0', await world.git(['rev-parse', 'HEAD']))
  const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  const outcome = await runHere(world, 'pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }, env)
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no credentials') })
})
