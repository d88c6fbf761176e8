import type { Stores } from '../../../artifacts/io/stores.ts'
import type { CommitSha } from '../../../names/commit.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import { listedKey, parseStoredList, printListed } from '../../listed-inputs.ts'

/** Reads the inputs that a build has listed for a service at a commit; undefined if none has. */
export async function readList(
  stores: Stores,
  service: ServiceName,
  commit: CommitSha,
): Promise<readonly string[] | undefined> {
  const text = await (await stores.s3()).read(listedKey(service, commit))
  return text === undefined ? undefined : parseStoredList(text, service, commit)
}

/** Stores a list once; returns the one that is there, which may be that of another run. */
export async function writeList(
  stores: Stores,
  service: ServiceName,
  commit: CommitSha,
  paths: readonly string[],
): Promise<readonly string[]> {
  const bytes = Buffer.from(printListed(service, commit, paths))
  const details = { type: 'application/json', tags: { service, commit } }
  const written = await (await stores.s3()).putNew(listedKey(service, commit), bytes, details)
  return typeof written === 'object' ? ((await readList(stores, service, commit)) ?? paths) : paths
}
