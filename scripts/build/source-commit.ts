import type { Inputs } from '../catalogue/inputs.ts'
import type { HistoryEntry } from '../git/history-entry.ts'
import type { CommitSha } from '../names/commit.ts'

/** Which commit, first parent by first parent from `at`, changed some inputs last. Questions about the same inputs share the object. */
export type SourceQuestion<Key> = {
  readonly key: Key
  readonly at: CommitSha
  readonly inputs: Inputs
}

/** The questions that have come to one commit, by their inputs. */
type Group<Key> = Map<Inputs, Key[]>

/** A search for source commits, which goes from commit to commit as entries of the history arrive. */
export type SourceSearch<Key> = {
  readonly found: ReadonlyMap<Key, CommitSha>
  /** The commits to look at next, each with the inputs that are still looked for there. */
  readonly open: ReadonlyMap<CommitSha, ReadonlyMap<Inputs, readonly Key[]>>
  /** Takes entries in any order; where a commit's entry is missing, the search waits for it there. */
  further(entries: Iterable<HistoryEntry>): void
  /** Ends the search for a key. */
  answer(key: Key, commit: CommitSha): void
}

/**
 * Begins a search. Questions from several commits join where their histories do, so that each commit is looked at once,
 * whatever the number of questions.
 */
export function searchSources<Key>(questions: Iterable<SourceQuestion<Key>>): SourceSearch<Key> {
  const found = new Map<Key, CommitSha>()
  const open = new Map<CommitSha, Group<Key>>()
  const index = new Map<string, Set<Inputs>>()
  for (const { key, at, inputs } of questions) {
    for (const start of inputs.starts) addTo(index, start, inputs)
    join(open, at, new Map([[inputs, [key]]]))
  }
  return { found, open, further, answer }

  function further(entries: Iterable<HistoryEntry>): void {
    const byCommit = new Map([...entries].map(entry => [entry.commit, entry]))
    const next = [...open.keys()]
    for (let commit = next.pop(); commit !== undefined; commit = next.pop()) {
      const entry = byCommit.get(commit)
      const group = open.get(commit)
      if (entry === undefined || group === undefined) continue
      open.delete(commit)
      settle(group, entry)
      if (entry.parent === undefined || group.size === 0) continue
      join(open, entry.parent, group)
      next.push(entry.parent)
    }
  }

  function settle(group: Group<Key>, { commit, paths }: HistoryEntry): void {
    for (const path of paths) {
      for (const inputs of candidates(index, path)) {
        const keys = group.get(inputs)
        if (keys === undefined || !inputs.matches(path)) continue
        for (const key of keys) found.set(key, commit)
        group.delete(inputs)
      }
    }
  }

  function answer(key: Key, commit: CommitSha): void {
    found.set(key, commit)
    for (const [at, group] of open) {
      for (const [inputs, keys] of group) {
        const left = keys.filter(one => one !== key)
        if (left.length === 0) group.delete(inputs)
        else group.set(inputs, left)
      }
      if (group.size === 0) open.delete(at)
    }
  }
}

function join<Key>(open: Map<CommitSha, Group<Key>>, commit: CommitSha, group: Group<Key>): void {
  const there = open.get(commit)
  if (there === undefined) {
    open.set(commit, group)
    return
  }
  const [large, small] = there.size < group.size ? [group, there] : [there, group]
  for (const [inputs, keys] of small) large.set(inputs, together(keys, large.get(inputs) ?? []))
  open.set(commit, large)
}

// Into the longer list, since one key may join tens of thousands.
function together<Key>(one: Key[], other: Key[]): Key[] {
  const [long, short] = one.length > other.length ? [one, other] : [other, one]
  for (const key of short) long.push(key)
  return long
}

/** The inputs that may hold a path, found by its folders, so that 500 services cost no more than those that it concerns. */
function* candidates(index: ReadonlyMap<string, ReadonlySet<Inputs>>, path: string): Generator<Inputs> {
  yield* index.get('') ?? []
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
    yield* index.get(path.slice(0, end)) ?? []
  yield* index.get(path) ?? []
}

function addTo(index: Map<string, Set<Inputs>>, start: string, inputs: Inputs): void {
  const there = index.get(start)
  if (there === undefined) index.set(start, new Set([inputs]))
  else there.add(inputs)
}
