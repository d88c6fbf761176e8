import { expect, it } from 'vitest'
import type { OnFinished } from '../../../support/cleanup.ts'
import { remoteState, tagsOf } from '../../../support/clones.ts'
import { imageRecord, pushTag, putObject, storeZip, writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { makeWorld, type World } from '../../../support/world.ts'

/** A command with its options, and how it is run. */
export type Run = [command: string, options: Record<string, string>, extra?: Parameters<World['waybill']>[2]]

/** A world where both services are built and tagged, and the image is released. */
export async function readyWorld(onFinished: OnFinished): Promise<World> {
  const world = await makeWorld({ onFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  const { digest } = await world.storeImage('service-a', commit)
  await storeZip(world, 'service-b', commit)
  const tagObject = await pushTag(world, 'service-a-v1.0.0', commit)
  await pushTag(world, 'service-b-v1.0.0', commit)
  const record = imageRecord('service-a-v1.0.0', { tagObject, commit, digest })
  await putObject(world, 'releases/service-a-v1.0.0.json', record)
  return world
}

/** Runs a command that must fail: with this code, one JSON document, and nothing written anywhere. */
export async function fails(world: World, [command, options, extra]: Run, code: number): Promise<Outcome> {
  world.emulator.clearRequests()
  const before = [await remoteState(world), await tagsOf(world)]
  const outcome = await world.waybill(command, { ...options, JSON: '1' }, extra)
  expect(outcome).toMatchObject({ code })
  expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { exitCode: code, problem: expect.any(String) } })
  expect(writes(world.emulator)).toEqual([])
  expect([await remoteState(world), await tagsOf(world)]).toEqual(before)
  const all = outcome.stdout + outcome.stderr
  expect(all).not.toMatch(/emulator-secret|emulator-session|hidden-pass/)
  // Nothing that hides, reorders or breaks a line: our own few signs and ASCII only.
  expect(all).toMatch(/^[\x20-\x7e\n\u2026\u2013\u2714\u2716]*$/)
  return outcome
}

/** One thing that is wrong, and how a command ends because of it. */
export type Row = {
  /** Brings about what is wrong and answers what is run then. */
  arrange(world: World, onFinished: OnFinished): Promise<Run>
  code: number
  says: string[]
}

/** Promotes the image that is already released. */
export const promoteImage: Run = ['promote', { TAG: 'service-a-v1.0.0' }]
/** Promotes the zip that is built. */
export const promoteZip: Run = ['promote', { TAG: 'service-b-v1.0.0' }]
/** Promotes the image under a tag that a row makes. */
export const promoteNext: Run = ['promote', { TAG: 'service-a-v2.0.0' }]
/** Pins the released image. */
export const pinImage: Run = ['pin', { ENV: 'staging', TAG: 'service-a-v1.0.0' }]
/** Releases the next version of the image. */
export const releaseNext: Run = ['release', { SERVICE: 'a', VERSION: '1.1.0' }]
/** Builds everything. */
export const buildAll: Run = ['build', {}]

/** The same command, run in another way. */
export function as(attempt: Run, extra: Run[2]): Run {
  return [attempt[0], attempt[1], extra]
}

/** States that each row ends as it says, with nothing written anywhere. */
export function endAsTheySay(rows: Record<string, Row>): void {
  it.for(Object.entries(rows))('%s', async ([, row], { onTestFinished }) => {
    const world = await readyWorld(onTestFinished)
    const attempt = await row.arrange(world, onTestFinished)
    const outcome = await fails(world, attempt, row.code)
    for (const words of row.says) expect(outcome.stderr).toContain(words)
  })
}
