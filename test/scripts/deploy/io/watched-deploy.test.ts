import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Clock } from '../../../../scripts/base/clock.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { runInProcess } from '../../../support/in-process.ts'
import { zipService } from '../../../support/world.ts'

/** Goes on by itself where a rollout sleeps, and all of AWS with it. */
function clockOf({ emulator }: DeployWorld): Clock {
  return {
    now: () => emulator.now(),
    // No time of day but AWS's decides.
    date: () => new Date(emulator.now() - 7 * 60 * 60_000),
    random: () => 0.5,
    async sleep(ms) {
      emulator.advanceClock(ms)
    },
  }
}

it.skipIf(!(await hasTerraform()))(
  'a deploy in phases says in a log what happens, and ends with a table of its phases',
  async () => {
    const names = ['service-b', 'service-c']
    const files = Object.assign({}, ...names.map(name => zipService(name)))
    const world = await makeDeployWorld({ files, repositories: [] })
    for (const name of names) await world.ship(name, '1.0.0')
    expectDone(await world.waybill('deploy', { ENV: 'staging' }))
    const phased = names.map(name => zipService(name, { settings: { strategy: '5%/2m, 100%/2m' } }))
    await world.commit(Object.assign({}, ...phased))
    for (const name of names) await world.ship(name, '1.1.0')
    const { clone: cwd, env } = world
    const folder = await mkdtemp(join(tmpdir(), 'waybill-summary-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const GITHUB_STEP_SUMMARY = join(folder, 'summary')
    const { code, stdout } = await runInProcess('deploy', {
      cwd,
      env: { ...env, ENV: 'staging', GITHUB_STEP_SUMMARY },
      clock: clockOf(world),
    })
    expect(code).toBe(5)
    const lines = stdout.split('\n')
    for (const name of names) {
      const own = lines.filter(line => line.startsWith(`${name}: `))
      expect(own).toEqual([
        `${name}: phase 1 of 2: 5 % of the traffic for 2m`,
        expect.stringContaining(`${name}: all traffic goes back: too little was seen to go on`),
      ])
    }
    const table = lines.slice(lines.findIndex(line => line.startsWith('service ')))
    expect(table.slice(0, 3).map(line => line.split(/ {2,}/))).toEqual([
      ['service', 'phase', 'share', 'for', 'new revision', 'verified one', 'then'],
      ...names.map(name => [
        name,
        '1 of 2',
        '5 %',
        // The clock goes on as often as either sleeps.
        expect.stringMatching(/^[23]m$/),
        '0 of 0 requests (0.0 %)',
        '0 of 0 requests (0.0 %)',
        'back',
      ]),
    ])
    const summary = await readFile(GITHUB_STEP_SUMMARY, 'utf8')
    for (const name of ['service\\-b', 'service\\-c'])
      expect(summary).toMatch(
        new RegExp(`\n\\| ${RegExp.escape(name)} \\| 1 of 2 .* back\\\\: too little was seen .*\\|\n`),
      )
  },
)
