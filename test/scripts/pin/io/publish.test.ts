import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { publishPins } from '../../../../scripts/pin/io/publish.ts'
import { openProject } from '../../../../scripts/project/io/project.ts'
import { readRecord } from '../../../../scripts/release/io/records.ts'
import type { ReleaseRecord } from '../../../../scripts/release/record.ts'
import { writeHook } from '../../../support/clones.ts'
import { type Context, releasedWorld } from '../../../support/pins.ts'
import { tag } from '../../samples.ts'

/** Pins where the remote is always busy; each pause takes some time by the clock, but none really. */
async function pinWhileBusy(context: Context, busyTimes: number, pauseMs: number) {
  const { world } = await releasedWorld(context, '1.0.0')
  const busy = `echo push >> "$GIT_DIR/pushes"
[ "$(wc -l < "$GIT_DIR/pushes")" -gt ${busyTimes} ] || { echo "cannot lock ref" >&2; exit 1; }`
  await writeHook(world, 'pre-receive', busy)
  const aws = awsAccess(world.env, { timeoutMs: 30_000, isProcess: false })
  const project = await openProject({ folder: world.clone, environment: world.env, aws, clock: systemClock })
  let now = 0
  const sleep = async () => {
    now += pauseMs
  }
  const clock = { ...systemClock, now: () => now, sleep }
  const record = (await readRecord(project.stores, tag('service-a-v1.0.0'))) as ReleaseRecord
  const wanted = { environment: 'staging', record, allowOlder: false }
  const pinned = publishPins(
    { ...project, clock },
    { pins: [wanted] },
    { dryRun: false, progress: () => undefined },
  )
  const result = await pinned.then(
    ({ result }) => result,
    error => error.code,
  )
  const pushes = (await readFile(join(world.remote, 'pushes'), 'utf8')).trim().split('\n').length
  return { result, pushes }
}

it('a pin gives up by time, not by the number of tries', async context => {
  expect(await pinWhileBusy(context, 1000, 200_000)).toEqual({ result: 'pin-rejected', pushes: 3 })
})

it('a pin goes on for as long as others may need', async context => {
  expect(await pinWhileBusy(context, 8, 30_000)).toEqual({ result: 'created', pushes: 9 })
})
