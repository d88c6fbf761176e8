import type { UserError } from '../../base/user-error.ts'
import { type Inputs, inputsOf, listedInputs } from '../../catalogue/inputs.ts'
import type { ListedInputs } from '../../catalogue/service-config.ts'
import type { Git } from '../../git/io/git.ts'
import { knownHistory, readHistory } from '../../git/io/history.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { notListed } from '../listed-inputs.ts'
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
  /** Asked for the inputs of services that a command lists. Without it, their source commits are not found. */
  readonly listed?: AskListed<One> | undefined
}

/** The inputs of a service, as a command listed them, or why it did not; or its source commit, where that is on record. */
export type Listed =
  | { readonly paths: readonly string[] }
  | { readonly source: CommitSha }
  | { readonly error: UserError }

/** A service whose inputs a command lists, and the newest commit up to its own that changed more than pins. */
export type Unlisted<One> = { readonly one: One; readonly at: CommitSha }

/** Says what commands have listed; what is not known is left out. */
export type AskListed<One> = (asked: readonly Unlisted<One>[]) => Promise<ReadonlyMap<One, Listed>>

/** Finds the source commits of services at commits, in one pass over their histories, or two if commands list inputs. */
export async function findSources<One extends ServiceIn>(
  git: Git,
  all: readonly One[],
  { listed: ask, ...options }: SearchOptions<One> = {},
): Promise<ReadonlyMap<One, CommitSha>> {
  const unlisted = all.filter(({ config }) => listedInputs(config) !== undefined)
  if (unlisted.length === 0) return await findByInputs(git, all, options)
  const { pages } = options
  // Until a list is known, whatever may be built is an input: a commit of pins alone has the list of the one before.
  const places = await findByInputs(git, unlisted, pages === undefined ? {} : { pages })
  const asked = [...places].map(([one, at]) => ({ one, at }))
  const lists: ReadonlyMap<One, Listed> = (await ask?.(asked)) ?? new Map()
  const known = [...lists].flatMap(([one, list]) => ('source' in list ? [[one, list.source] as const] : []))
  const withPaths = new Map(
    [...lists].flatMap(([one, list]) => ('paths' in list ? [[withList(one, list.paths), one] as const] : [])),
  )
  const globbed = all.filter(one => !unlisted.includes(one))
  // A list may change without a change in service.json, so a release says nothing about later commits.
  const stops: AskStops<One> = async keys =>
    (await options.stops?.(keys.filter(key => !withPaths.has(key)))) ?? new Map()
  const found = await findByInputs(git, [...globbed, ...withPaths.keys()], { ...options, stops })
  return new Map([
    ...known,
    ...[...found].map(([one, source]) => [withPaths.get(one) ?? one, source] as const),
  ])
}

function withList<One extends ServiceIn>(one: One, paths: readonly string[]): One {
  const inputs = { ...(listedInputs(one.config) as ListedInputs), paths }
  return { ...one, config: { ...one.config, inputs } }
}

async function findByInputs<One extends ServiceIn>(
  git: Git,
  all: readonly One[],
  { stops, pages = usual }: Pick<SearchOptions<One>, 'stops' | 'pages'>,
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
    if (sourceCommit === undefined) throw noSource({ ...at, commit })
    return { at, sourceCommit }
  })
}

/** The error for inputs that nobody listed, or the bug of a history that does not say where a service comes from, though it exists. */
export function noSource({ service, config, commit }: ServiceIn): UserError | TypeError {
  if (listedInputs(config) !== undefined) return notListed(service, commit)
  return new TypeError(`the history of ${commit} does not show where ${service} comes from`)
}
