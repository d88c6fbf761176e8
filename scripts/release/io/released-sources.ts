import type { Stores } from '../../artifacts/io/stores.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { AskStops, Stop } from '../../build/io/history/deep.ts'
import type { TagRef } from '../../git/tag-ref.ts'
import { printTag, type ReleaseTag } from '../../names/release-tag.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { isRecorded } from '../record.ts'
import { releasesOf } from '../version-choice.ts'
import { readRecord } from './records.ts'

/** A search for the source commit of a service; `tag` is a release whose own record must not answer it. */
type Searched = { readonly service: ServiceName; readonly tag?: ReleaseTag }

/** The tags among which the releases of some services are. */
export type AskTags = (services: readonly ServiceName[]) => Promise<ReadonlyMap<string, TagRef>>

// The last one may be of another branch.
const lastReleases = 3
const mostAtOnce = 16

/**
 * Lets a search that goes deep stop at the last releases of its service, whose records name their source commits. A record
 * counts only for the very tag object and commit that git has: that of another repository says nothing about this one.
 */
export function releasedSources<One extends Searched>(
  { stores }: { readonly stores: Stores },
  askTags: AskTags,
): AskStops<One> {
  return async searched => {
    const tags = await askTags([...new Set(searched.map(({ service }) => service))])
    const wanted = searched.flatMap(one => {
      const releases = releasesOf(one.service, tags).slice(-lastReleases - 1)
      const others = releases.filter(({ tag }) => tag.version !== one.tag?.version).slice(-lastReleases)
      return others.map(({ tag }) => ({ one, tag }))
    })
    // One that cannot be read only makes the search longer.
    const read = await sideBySide(wanted, mostAtOnce, ({ tag }) => stopAt(stores, tags, tag))
    const stops = read.flatMap(({ target, ...seen }) =>
      'value' in seen && seen.value !== undefined ? [{ one: target.one, stop: seen.value }] : [],
    )
    const byKey = Map.groupBy(stops, ({ one }) => one)
    return new Map([...byKey].map(([one, some]) => [one, some.map(({ stop }) => stop)]))
  }
}

async function stopAt(
  stores: Stores,
  tags: ReadonlyMap<string, TagRef>,
  tag: ReleaseTag,
): Promise<Stop | undefined> {
  const { object: tagObject, commit } = tags.get(printTag(tag)) ?? {}
  if (tagObject === undefined || commit === undefined) return undefined
  const record = await readRecord(stores, tag)
  return record !== undefined && isRecorded(record, { tagObject, commit })
    ? { commit, source: record.sourceCommit }
    : undefined
}
