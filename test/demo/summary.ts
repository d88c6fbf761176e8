import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { count } from '../../scripts/base/printable.ts'
import { readServices } from '../../scripts/catalogue/io/work-tree.ts'
import type { ServiceConfig } from '../../scripts/catalogue/service-config.ts'
import { short } from '../../scripts/names/commit.ts'
import { shortDigest } from '../../scripts/names/digest.ts'
import { parseTag, printTag } from '../../scripts/names/release-tag.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { makePin, type Pin, parsePin, pinPath, printPin } from '../../scripts/pin/pin.ts'
import { parseRecord, type ReleaseRecord, recordDigest } from '../../scripts/release/record.ts'
import { clientsFor } from '../emulator/clients.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Page } from './page.ts'
import type { Scene } from './scene.ts'

/** A release as its record in the bucket describes it, with the pins of its service on the remote. */
export type ReleaseSeen = {
  readonly record: ReleaseRecord
  readonly kind: ServiceConfig['kind'] | undefined
  readonly pins: ReadonlyMap<string, Pin>
}

/** Reads every release in the bucket, and its service's pins on the remote's branch. */
export async function readReleases(scene: Scene): Promise<ReleaseSeen[]> {
  const [records, services] = await Promise.all([readRecords(scene), readServices(scene.workspace.clone)])
  return await Promise.all(
    records.map(async record => {
      const { service } = record.tag
      return { record, kind: services.get(service)?.kind, pins: await readPins(scene, service) }
    }),
  )
}

async function readRecords({ emulator, environments }: Scene): Promise<ReleaseRecord[]> {
  const { s3 } = clientsFor(emulator)
  const { bucket: Bucket } = environments.artifacts
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'releases/' }))
  const records = (listed.Contents ?? []).map(async ({ Key = '' }) => {
    const tag = parseTag(/^releases\/(.+)\.json$/.exec(Key)?.[1] ?? '')
    if (tag === undefined) return []
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return [parseRecord((await Body?.transformToString()) ?? '', tag)]
  })
  return (await Promise.all(records)).flat()
}

async function readPins(
  { workspace: { git, remote }, branch, environments }: Scene,
  service: ServiceName,
): Promise<Map<string, Pin>> {
  const pins = Object.keys(environments.environments).map(async (environment): Promise<[string, Pin][]> => {
    const path = pinPath(environment, service)
    const listed = await git(['ls-tree', branch, '--', path], remote)
    return listed === ''
      ? []
      : [[environment, parsePin(await git(['show', `${branch}:${path}`], remote), path)]]
  })
  return new Map((await Promise.all(pins)).flat())
}

/** Whether an environment is pinned to exactly what the record of a release says. */
export function isPinned({ record, pins }: ReleaseSeen, environment: string): boolean {
  const pin = pins.get(environment)
  return pin !== undefined && printPin(pin) === printPin(makePin(record))
}

/** Prints the table of the releases. */
export async function printReleases(page: Page, seen: readonly ReleaseSeen[]): Promise<void> {
  const headings = ['release', 'commit', 'source commit', 'digest', 'pinned in']
  const rows = seen.map(release => {
    const { record, pins } = release
    const environments = [...pins.keys()].filter(environment => isPinned(release, environment))
    return [
      printTag(record.tag),
      short(record.commit),
      short(record.sourceCommit),
      shortDigest(recordDigest(record)),
      environments.length > 0 ? page.paint('green', environments.join(', ')) : 'nowhere now',
    ]
  })
  page.line()
  await page.table(headings, rows)
  page.line()
}

/** Prints what is true now; throws unless the environment that CI pins has one release of each service. */
export function printEnd(page: Page, seen: readonly ReleaseSeen[], { staging, deploys }: Scene): void {
  const services = new Set(seen.map(({ record }) => record.tag.service))
  const pinned = seen.filter(release => isPinned(release, staging))
  if (pinned.length !== services.size)
    throw new DemoFailed(`${staging} is not pinned to a release of each service`)
  const tags = pinned.map(({ record }) => printTag(record.tag)).join(', ')
  page.text(`${count(seen.length, 'release')}, each a second name for an artifact that was built once.`)
  page.text(`${staging} is pinned to ${tags}${deploys ? ', and runs exactly that' : ''}.`)
}
