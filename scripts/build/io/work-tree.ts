import { UserError } from '../../base/user-error.ts'
import { inputsMatcher } from '../../catalogue/inputs.ts'
import { uncommittedPaths } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { headCommit } from '../../git/io/revisions.ts'
import { findUnfetched } from '../../git/io/unfetched.ts'
import { type CommitSha, short } from '../../names/commit.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { buildErrors } from '../errors.ts'
import { type Build, listPaths } from '../selection.ts'

/** The work tree that services are built from, one after another. */
export type WorkTree = {
  /** Throws if the inputs of a service are not here as the commit has them, as far as it was looked at. */
  requireInputs(build: Build): void
  /** Looks for what changed while a service was built. */
  lookAfter(service: ServiceName): Promise<void>
}

/** Looks at the work tree, whose inputs have no uncommitted changes yet. */
export async function watchWorkTree(git: Git, commit: CommitSha): Promise<WorkTree> {
  const unfetched = await findUnfetched(git)
  const changedBy = new Map<string, ServiceName>()
  let moved: { readonly by: ServiceName; readonly to: CommitSha } | undefined
  return {
    requireInputs(build) {
      const isInput = inputsMatcher(build.service, build.config)
      requireFetched(
        build,
        unfetched.filter(({ path }) => isInput(path)),
      )
      if (moved !== undefined) throw otherCommit(build, moved.by, commit, moved.to)
      const changed = [...changedBy].filter(([path]) => isInput(path))
      if (changed.length > 0) throw changedInputs(build, new Map(changed))
    },
    async lookAfter(service) {
      const [head, uncommitted] = await Promise.all([headCommit(git), uncommittedPaths(git)])
      if (head !== commit) moved ??= { by: service, to: head }
      for (const path of uncommitted) if (!changedBy.has(path)) changedBy.set(path, service)
    },
  }
}

function requireFetched({ service }: Build, lacking: Awaited<ReturnType<typeof findUnfetched>>): void {
  if (lacking.length === 0) return
  const kinds = Map.groupBy(lacking, ({ what }) => what)
  throw new UserError(
    buildErrors['build-not-fetched'],
    `inputs of ${service} are not here as they were committed: its build would lack them`,
    {
      cause: [...kinds]
        .map(([what, some]) => `${what}: ${listPaths(some.map(({ path }) => path))}`)
        .join('\n'),
      remedy: [...new Set(lacking.map(({ fetch }) => fetch))].join('\n'),
    },
  )
}

function changedInputs({ service }: Build, changed: ReadonlyMap<string, ServiceName>): UserError {
  const services = Map.groupBy(changed.keys(), path => changed.get(path) as ServiceName)
  const causes = [...services].map(([by, paths]) => `changed while ${by} was built: ${listPaths(paths)}`)
  return new UserError(
    buildErrors['build-changed-inputs'],
    `the inputs of ${service} changed: its build would not match the commit`,
    { cause: causes.join('\n') },
  )
}

function otherCommit({ service }: Build, by: ServiceName, was: CommitSha, is: CommitSha): UserError {
  return new UserError(
    buildErrors['build-changed-inputs'],
    `another commit is checked out: the build of ${service} would not match ${short(was)}`,
    {
      cause: `HEAD moved to ${short(is)} while ${by} was built`,
      remedy: 'Check out the commit again, and let nothing else work in this clone meanwhile.',
    },
  )
}
