import type { Inputs } from '../../../catalogue/inputs.ts'
import type { HistoryEntry } from '../../../git/history-entry.ts'
import type { Git } from '../../../git/io/git.ts'
import { firstParentLine, readHistory } from '../../../git/io/history.ts'
import type { CommitSha } from '../../../names/commit.ts'
import type { SourceSearch } from '../../source-commit.ts'

/** A commit at which the source commit is known: that of a release. */
export type Stop = { readonly commit: CommitSha; readonly source: CommitSha }

/** Says where the search for some keys may stop, at the first of their stops that is on the first-parent line. */
export type AskStops<Key> = (keys: readonly Key[]) => Promise<ReadonlyMap<Key, readonly Stop[]>>

const usualPage = 1000
const largestPage = 64_000

/** What may end a deep search sooner. */
export type DeepOptions<Key> = {
  readonly stops?: AskStops<Key> | undefined
  /** The commits that the search for a key has come by already. */
  readonly passed: (key: Key) => Iterable<CommitSha>
  readonly page?: number | undefined
}

/**
 * Ends a search that has come to one commit. git compares only the folders that matter, which it does fast with the
 * Bloom filters of a commit graph, and looks only at what came after the stops, if all keys have one.
 */
export async function searchDeep<Key>(
  git: Git,
  search: SourceSearch<Key>,
  { stops: askStops, passed, page: most = usualPage }: DeepOptions<Key>,
): Promise<void> {
  const known = new Map(await askStops?.(openKeys(search)))
  for (const [key, some] of known) {
    const stop = firstOf(passed(key), some)
    if (stop !== undefined) search.answer(key, stop.source)
  }
  const [at] = search.open.keys()
  if (at === undefined) return
  const stops = await findStops(git, at, openKeys(search), known)
  for (const place of follow(search)) {
    const page = await readHistory(git, {
      from: [place],
      most,
      below: stops.oldest,
      within: foldersOf(search.open.get(place)?.keys() ?? []),
    })
    search.further(chain(place, page, page.length === most))
  }
  for (const [key, { source }] of stops.nearest) if (!search.found.has(key)) search.answer(key, source)
}

function* follow({ open }: SourceSearch<unknown>): Generator<CommitSha> {
  for (let [place] = open.keys(); place !== undefined; [place] = open.keys()) yield place
}

/** The same entries, each the parent of the one before, since between them nothing that matters changed. */
function chain(from: CommitSha, page: readonly HistoryEntry[], goesOn: boolean): HistoryEntry[] {
  const linked = page.map((entry, index) => {
    const next = page[index + 1]
    return { ...entry, parent: next?.commit ?? (goesOn ? entry.parent : undefined) }
  })
  const [first] = page
  return first?.commit === from ? linked : [{ commit: from, parent: first?.commit, paths: [] }, ...linked]
}

/** Folders and files that hold all of some inputs; undefined for the whole repository. */
function foldersOf(all: Iterable<Inputs>): string[] | undefined {
  const every = new Set([...all].flatMap(one => one.starts))
  // Before 2.51, git uses Bloom filters for one folder alone.
  const starts = [...every].filter(start => !foldersAbove(start).some(folder => every.has(folder)))
  // git reads one path a line.
  return starts.some(start => start === '' || start.includes('\n')) ? undefined : starts
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

type Stops<Key> = {
  readonly nearest: ReadonlyMap<Key, Stop>
  /** The last of them, if all keys have one. */
  readonly oldest: CommitSha | undefined
}

function openKeys<Key>({ open }: SourceSearch<Key>): Key[] {
  return [...open.values()].flatMap(group => [...group.values()].flat())
}

function firstOf(commits: Iterable<CommitSha>, stops: readonly Stop[]): Stop | undefined {
  if (stops.length === 0) return undefined
  for (const commit of commits) {
    const stop = stops.find(one => one.commit === commit)
    if (stop !== undefined) return stop
  }
  return undefined
}

async function findStops<Key>(
  git: Git,
  at: CommitSha,
  keys: readonly Key[],
  known: ReadonlyMap<Key, readonly Stop[]>,
): Promise<Stops<Key>> {
  const stops = keys.flatMap(key => (known.get(key) ?? []).map(stop => ({ key, stop })))
  const stoppable = new Set(stops.map(({ key }) => key)).size
  const byCommit = Map.groupBy(stops, ({ stop }) => stop.commit)
  const nearest = new Map<Key, Stop>()
  let oldest: CommitSha | undefined
  for await (const commit of stops.length === 0 ? [] : lineFrom(git, at)) {
    for (const { key, stop } of byCommit.get(commit) ?? []) {
      if (nearest.has(key)) continue
      nearest.set(key, stop)
      oldest = commit
    }
    if (nearest.size === stoppable) break
  }
  return { nearest, oldest: nearest.size === keys.length ? oldest : undefined }
}

async function* lineFrom(git: Git, from: CommitSha): AsyncGenerator<CommitSha> {
  for (
    let [start, size, skipped] = [from, usualPage, 0];
    ;
    size = Math.min(size * 8, largestPage), skipped = 1
  ) {
    const line = await firstParentLine(git, start, size)
    yield* line.slice(skipped)
    const last = line.at(-1)
    if (last === undefined || line.length < size) return
    start = last
  }
}
