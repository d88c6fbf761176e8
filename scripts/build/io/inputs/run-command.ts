import type { Stores } from '../../../artifacts/io/stores.ts'
import { attemptAsync } from '../../../base/attempt.ts'
import { UserError } from '../../../base/user-error.ts'
import { listedInputs } from '../../../catalogue/inputs.ts'
import { allFilesAt, uncommittedPaths } from '../../../git/io/files.ts'
import type { Git } from '../../../git/io/git.ts'
import { headCommit } from '../../../git/io/revisions.ts'
import type { CommitSha } from '../../../names/commit.ts'
import { buildErrors } from '../../errors.ts'
import { parseListed } from '../../listed-inputs.ts'
import { listPaths } from '../../selection.ts'
import { commandEnvironment } from '../environment.ts'
import type { AskListed, Listed, ServiceIn } from '../source-commit.ts'
import { readList, writeList } from './stored-list.ts'

/** What listing inputs works with. */
export type ListingPlace = {
  readonly git: Git
  readonly stores: Stores
  readonly environment: Record<string, string>
  /** Whether nothing may be written. */
  readonly dryRun: boolean
}

/**
 * Lists the inputs of services at the commit that is checked out: those that a build has stored, or what their commands
 * print. A build runs the repository's code anyway; no other command may, since it has more rights.
 */
export function listInputs(place: ListingPlace): AskListed<ServiceIn> {
  return async asked => {
    const found = new Map<ServiceIn, Listed>()
    for (const { one, at } of asked) {
      const read = await attemptAsync(
        async () => (await readList(place.stores, one.service, at)) ?? (await listAnew(place, one, at)),
      )
      found.set(one, 'error' in read ? read : { paths: read.value })
    }
    return found
  }
}

async function listAnew(place: ListingPlace, one: ServiceIn, at: CommitSha): Promise<readonly string[]> {
  const printed = await runCommand(place, one)
  const paths = parseListed(one.service, printed, await allFilesAt(place.git, one.commit))
  return place.dryRun ? paths : await writeList(place.stores, one.service, at, paths)
}

async function runCommand({ git, environment }: ListingPlace, one: ServiceIn): Promise<string> {
  const { service, config, commit } = one
  const { command = '', variables } = listedInputs(config) ?? {}
  const { $ } = await import('zx/core')
  const env = { ...commandEnvironment(git.root, environment, variables), SERVICE: service }
  const before = new Set(await uncommittedPaths(git))
  const run = $({ cwd: git.root, env, nothrow: true, quiet: true, stdio: ['ignore', 'pipe', 2] })
  const { exitCode, stdout } = await run`sh -c ${command}`
  const [head, after] = [await headCommit(git), await uncommittedPaths(git)]
  const changed = after.filter(path => !before.has(path))
  if (head !== commit || changed.length > 0)
    throw new UserError(
      buildErrors['build-changed-inputs'],
      `inputs.command of ${service} changed what is checked out`,
      { cause: head === commit ? listPaths(changed) : 'another commit is checked out' },
    )
  if (exitCode === 0) return stdout
  throw new UserError(buildErrors['build-inputs'], `inputs.command of ${service} failed`, {
    cause: `${command} ended with ${exitCode}`,
    remedy: 'See its output above. To try it by hand, run it in the root of the repository.',
  })
}
