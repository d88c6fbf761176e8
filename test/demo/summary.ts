import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Reporter } from '../../scripts/cli/reporter.ts'
import { short } from '../../scripts/core/commit.ts'
import { shortDigest } from '../../scripts/core/digest.ts'
import { makePin, type Pin, parsePin, pinPath, printPin } from '../../scripts/core/pin.ts'
import { count } from '../../scripts/core/printable.ts'
import { parseRecord, type ReleaseRecord, recordDigest } from '../../scripts/core/release-record.ts'
import { parseTag, printTag } from '../../scripts/core/release-tag.ts'
import type { ServiceName } from '../../scripts/core/service-name.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { DemoFailed } from './demo-failed.ts'
import type { Workspace } from './workspace.ts'

/** A release as its record in the bucket has it, with what the environment is pinned to on the remote. */
export type ReleaseSeen = { readonly record: ReleaseRecord; readonly pin: Pin | undefined }

/** Where releases and pins are read. */
type Place = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  readonly bucket: string
  readonly branch: string
  readonly environment: string
}

/** Reads every release of the bucket and its service's pin on the remote's branch. */
export async function readReleases(place: Place): Promise<ReleaseSeen[]> {
  const records = await readRecords(place)
  return await Promise.all(
    records.map(async record => ({ record, pin: await readPin(place, record.tag.service) })),
  )
}

async function readRecords({ emulator, bucket }: Place): Promise<ReleaseRecord[]> {
  const { s3 } = clientsFor(emulator)
  try {
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'releases/' }))
    const records = (listed.Contents ?? []).map(async ({ Key = '' }) => {
      const tag = parseTag(/^releases\/(.+)\.json$/.exec(Key)?.[1] ?? '')
      if (tag === undefined) return []
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
      return [parseRecord((await Body?.transformToString()) ?? '', tag)]
    })
    return (await Promise.all(records)).flat()
  } finally {
    s3.destroy()
  }
}

async function readPin(
  { workspace, branch, environment }: Place,
  service: ServiceName,
): Promise<Pin | undefined> {
  const path = pinPath(environment, service)
  const listed = await workspace.git(['ls-tree', branch, '--', path], workspace.remote)
  if (listed === '') return undefined
  return parsePin(await workspace.git(['show', `${branch}:${path}`], workspace.remote), path)
}

function isPinned({ record, pin }: ReleaseSeen): boolean {
  return pin !== undefined && printPin(pin) === printPin(makePin(record))
}

/** Prints the table of the releases. */
export async function printReleases(
  report: Reporter,
  seen: readonly ReleaseSeen[],
  { environment }: Place,
): Promise<void> {
  const headings = ['service', 'tag', 'commit', 'source commit', 'digest', `pin in ${environment}`]
  const rows = seen.map(({ record, pin }) => [
    record.tag.service,
    printTag(record.tag),
    short(record.commit),
    short(record.sourceCommit),
    shortDigest(recordDigest(record)),
    isPinned({ record, pin }) ? report.paint('green', '✔ this release') : `${pin?.tag ?? 'nothing'} instead`,
  ])
  report.line()
  await report.table(headings, rows)
  report.line()
}

/** Prints what is true now; throws when the environment is not pinned to one release of each service. */
export function printEnd(
  report: Reporter,
  seen: readonly ReleaseSeen[],
  { environment, branch }: Place,
): void {
  const services = new Set(seen.map(({ record }) => record.tag.service))
  const pinned = seen.filter(isPinned)
  if (pinned.length !== services.size)
    throw new DemoFailed(`${environment} is not pinned to a release of each service`)
  const tags = pinned.map(({ record }) => printTag(record.tag)).join(', ')
  report.line(
    `${count(seen.length, 'release')} exist, each a new name for an artifact that was built before, once.`,
  )
  report.line(`On ${branch}, ${environment} is pinned to ${tags}.`)
}
