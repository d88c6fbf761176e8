import { commitName } from '../../artifacts/names.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { UserError } from '../../base/user-error.ts'
import { refuseInputs } from '../../catalogue/inputs.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { allFilesAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { findSourceCommits, type SearchOptions, type ServiceIn } from './source-commit.ts'

/** Finds what a commit's artifacts are named after: the source commit of each service. */
export async function findBuilds(
  git: Git,
  services: ReadonlyMap<ServiceName, ServiceConfig>,
  commit: CommitSha,
  options?: SearchOptions<ServiceIn>,
): Promise<Build[]> {
  const all = [...services].map(([service, config]) => ({ service, config }))
  const sources = await findSourceCommits(git, all, commit, options)
  joinErrors(all.flatMap(({ service }) => (sources.has(service) ? [] : notCommitted(service, commit))))
  return all.map(({ service, config }) => {
    const sourceCommit = sources.get(service) as CommitSha
    return { service, config, sourceCommit, name: commitName(service, config, sourceCommit) }
  })
}

/** Leaves out the builds of services whose inputs cannot be relied on at a commit, and says why. */
export async function checkInputs(
  git: Git,
  all: readonly Build[],
  commit: CommitSha,
): Promise<{ readonly builds: Build[]; readonly faults: UserError[] }> {
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
