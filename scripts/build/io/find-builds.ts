import { commitName } from '../../artifacts/names.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { listedInputs, refuseInputs } from '../../catalogue/inputs.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { allFilesAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import {
  type AskListed,
  findSourceCommits,
  type Listed,
  type SearchOptions,
  type ServiceIn,
} from './source-commit.ts'

/** What can be built, and why the rest cannot. */
type Found = { readonly builds: Build[]; readonly faults: UserError[] }

/** Finds what a commit's artifacts are named after: the source commit of each service. */
export async function findBuilds(
  git: Git,
  services: ReadonlyMap<ServiceName, ServiceConfig>,
  commit: CommitSha,
  options?: SearchOptions<ServiceIn>,
): Promise<Found> {
  const all = [...services].map(([service, config]) => ({ service, config }))
  const lists = new Map<ServiceName, Listed>()
  const listed: AskListed<ServiceIn> = async asked => {
    const found = (await options?.listed?.(asked)) ?? new Map<ServiceIn, Listed>()
    for (const [{ service }, list] of found) lists.set(service, list)
    return found
  }
  const sources = await findSourceCommits(git, all, commit, { ...options, listed })
  const faults = [...lists.values()].flatMap(list => ('error' in list ? [list.error] : []))
  const usable = all.filter(({ service }) => !('error' in (lists.get(service) ?? {})))
  joinErrors(usable.flatMap(({ service }) => (sources.has(service) ? [] : notCommitted(service, commit))))
  const builds = usable.map(({ service, config }) => {
    const sourceCommit = sources.get(service) as CommitSha
    const name = commitName(service, config, sourceCommit)
    return { service, config: withListed(config, lists.get(service)), sourceCommit, name }
  })
  return { builds, faults }
}

function withListed(config: ServiceConfig, list: Listed | undefined): ServiceConfig {
  const inputs = listedInputs(config)
  if (inputs === undefined || list === undefined || !('paths' in list)) return config
  return { ...config, inputs: { ...inputs, paths: list.paths } }
}

/** Leaves out the builds of services whose inputs cannot be relied on at a commit, and says why. */
export async function checkInputs(git: Git, all: readonly Build[], commit: CommitSha): Promise<Found> {
  const files = await allFilesAt(git, commit)
  const builds: Build[] = []
  const faults: UserError[] = []
  for (const build of all) {
    const fault = refuseInputs(build.service, build.config, files)
    if (fault === undefined) builds.push(build)
    else faults.push(fault)
  }
  return { builds, faults }
}

function notCommitted(service: ServiceName, commit: CommitSha): UserError {
  return new UserError(
    buildErrors['build-not-in-commit'],
    `${service} is not in the commit ${short(commit)}`,
    {
      cause: `services/${service} is here, but git ignores it`,
      remedy: `Commit it (git add --force services/${service}), or remove it.`,
    },
  )
}
