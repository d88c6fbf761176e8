import { type Inputs, inputsOf } from '../../catalogue/inputs.ts'
import type { Git } from '../../git/io/git.ts'
import { knownHistory, readHistory } from '../../git/io/history.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { searchSources } from '../source-commit.ts'
import { type AskStops, searchDeep } from './history/deep.ts'
import type { ServiceAt } from './service-at-commit.ts'

/** A service as it is at a commit, whose source commit is wanted. */
export type ServiceIn = ServiceAt & { readonly commit: CommitSha }

/** How many commits are read at once: pages grow, up to what fits in memory. */
export type Pages = {
  readonly first: number
  readonly largest: number
  /** From how many commits on a search is deep. Most releases come sooner after a change. */
  readonly shallow: number
  readonly deep?: number
}

const usual: Pages = { first: 200, largest: 12_800, shallow: 1000 }

/** What may make a search shorter. */
export type SearchOptions<One> = {
  /** Asked once, where a search goes deep, for commits at which the answer is known. */
  readonly stops?: AskStops<One> | undefined
  readonly pages?: Pages
}

/** Finds the source commits of services at commits, in one pass over their histories. */
export async function findSources<One extends ServiceIn>(
  git: Git,
  all: readonly One[],
  { stops, pages = usual }: SearchOptions<One> = {},
): Promise<ReadonlyMap<One, CommitSha>> {
  const shared = sharedInputs()
  const search = searchSources(all.map(one => ({ key: one, at: one.commit, inputs: shared(one) })))
  const known = [...knownHistory(git).values()]
  const parents = new Map(known.map(({ commit, parent }) => [commit, parent]))
  search.further(known)
  for (let size = pages.first, looked = 0; search.open.size > 0; size = Math.min(size * 4, pages.largest)) {
    const from = [...search.open.keys()]
    if (looked >= pages.shallow && from.length === 1) {
      await searchDeep(git, search, { stops, passed: one => lineIn(parents, one.commit), page: pages.deep })
      break
    }
    const most = Math.max(size, 2 * from.length)
    const page = await readHistory(git, { from, most })
    search.further(page)
    for (const { commit, parent } of page) parents.set(commit, parent)
    looked += most
  }
  return search.found
}

function* lineIn(
  parents: ReadonlyMap<CommitSha, CommitSha | undefined>,
  from: CommitSha,
): Generator<CommitSha> {
  for (let commit: CommitSha | undefined = from; commit !== undefined; commit = parents.get(commit))
    yield commit
}

// Services are few, but tags of them are many.
function sharedInputs(): (service: ServiceAt) => Inputs {
  const known = new Map<string, Inputs>()
  return ({ service, config }) => {
    const id = JSON.stringify([service, config.inputs])
    const inputs = known.get(id) ?? inputsOf(service, config)
    known.set(id, inputs)
    return inputs
  }
}

/** Finds the source commits of several services at one commit. */
export async function findSourceCommits(
  git: Git,
  services: readonly ServiceAt[],
  commit: CommitSha,
  options?: SearchOptions<ServiceIn>,
): Promise<Map<ServiceName, CommitSha>> {
  const all = services.map(one => ({ ...one, commit }))
  const found = await findSources(git, all, options)
  return new Map([...found].map(([{ service }, source]) => [service, source]))
}

/** Finds the source commits of services that exist at a commit. */
export async function findAllSources(
  git: Git,
  services: readonly ServiceAt[],
  commit: CommitSha,
  options?: SearchOptions<ServiceIn>,
): Promise<{ readonly at: ServiceAt; readonly sourceCommit: CommitSha }[]> {
  const found = await findSourceCommits(git, services, commit, options)
  return services.map(at => {
    const sourceCommit = found.get(at.service)
    if (sourceCommit === undefined) throw noSource(at.service, commit)
    return { at, sourceCommit }
  })
}

/** The same for one service. */
export async function findSourceCommit(
  git: Git,
  service: ServiceAt,
  commit: CommitSha,
  options?: SearchOptions<ServiceIn>,
): Promise<CommitSha> {
  const [found] = await findAllSources(git, [service], commit, options)
  return (found as { sourceCommit: CommitSha }).sourceCommit
}

/** The bug of a history that does not say where a service comes from, though it exists. */
export function noSource(service: ServiceName, commit: CommitSha): TypeError {
  return new TypeError(`the history of ${commit} does not show where ${service} comes from`)
}
