import { imageRecord, printed, pushTag, putObject } from './releases.ts'
import { makeWorld, type World } from './world.ts'

/** What a test that runs beside others has of vitest. */
export type Context = { onTestFinished: (clean: () => Promise<void>) => void }

/** The digest of every release here; no image has it, since a pin needs the record alone. */
export const digest = `sha256:${'d'.repeat(64)}`

/** A world where some versions of `service-a` are released, all from one commit. */
export async function releasedWorld({ onTestFinished }: Context, ...versions: string[]) {
  const world = await makeWorld({ onFinished: onTestFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  for (const version of versions) await putRelease(world, `service-a-v${version}`, commit)
  world.emulator.clearRequests()
  return { world, commit }
}

/** Pushes the tag of a release and stores its record. */
export async function putRelease(world: World, tag: string, commit: string): Promise<void> {
  await putRecord(world, tag, { tagObject: await pushTag(world, tag, commit), commit })
}

/** Stores the record of a release whose tag is there. */
export function putRecord(
  world: World,
  tag: string,
  parts: { tagObject: string; commit: string },
): Promise<void> {
  return putObject(world, `releases/${tag}.json`, imageRecord(tag, { ...parts, digest }))
}

/** Where the pin of `service-a` stands. */
export function pinPath(environment: string): string {
  return `cdktf/pins/${environment}/service-a.json`
}

/** The text of a pin of `service-a`. */
export function pinText(commit: string, version: string): string {
  return printed({ tag: `service-a-v${version}`, commit, digest })
}

/** The text of the pin of `service-a` on a branch of the remote. */
export async function pinnedText(world: World, environment: string, branch = 'main'): Promise<string> {
  return `${await world.git(['show', `${branch}:${pinPath(environment)}`], world.remote)}\n`
}
