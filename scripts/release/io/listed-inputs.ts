import type { Stores } from '../../artifacts/io/stores.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { readList } from '../../build/io/inputs/stored-list.ts'
import type { AskListed, Listed } from '../../build/io/source-commit.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { ReleaseTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { readRecord } from './records.ts'

/** A service whose source commit is wanted; `tag` is its release, if it has one. */
type Searched = { readonly service: ServiceName; readonly tag?: ReleaseTag }

const mostAtOnce = 16

/**
 * Reads what commands have listed, and runs none: what a repository says may run in a build alone. Lists go with the
 * builds after a time; then the record of a release still has its source commit.
 */
export function storedLists<One extends Searched>(
  { stores }: { readonly stores: Stores },
  tagOf: (one: One) => ReleaseTag | undefined = ({ tag }) => tag,
): AskListed<One> {
  return async asked => {
    const read = await sideBySide(asked, mostAtOnce, ({ one, at }) =>
      listOf(stores, one.service, at, tagOf(one)),
    )
    // One that cannot be used is of no other service's concern: it counts as missing.
    return new Map(
      read.flatMap(({ target, ...seen }) =>
        'value' in seen && seen.value !== undefined ? [[target.one, seen.value] as const] : [],
      ),
    )
  }
}

async function listOf(
  stores: Stores,
  service: ServiceName,
  at: CommitSha,
  tag: ReleaseTag | undefined,
): Promise<Listed | undefined> {
  const paths = await readList(stores, service, at)
  if (paths !== undefined) return { paths }
  const record = tag && (await readRecord(stores, tag))
  return record && { source: record.sourceCommit }
}
