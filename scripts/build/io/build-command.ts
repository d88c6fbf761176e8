import { join } from 'node:path'
import type { Stores } from '../../artifacts/io/stores.ts'
import { UserError } from '../../base/user-error.ts'
import type { Git } from '../../git/io/git.ts'
import { commitTime } from '../../git/io/revisions.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { commandEnvironment } from './environment.ts'
import type { BuildTools } from './images/docker.ts'
import type { SignedIn } from './images/open-tools.ts'
import type { WorkTree } from './work-tree.ts'

/** What a build works with. */
export type BuildPlace = {
  /** The variables of the command that builds. */
  readonly environment: Readonly<Record<string, string>>
  readonly git: Git
  readonly tree: WorkTree
  readonly stores: Stores
  readonly tools: BuildTools
  /** The registry, for commands that push images themselves. */
  readonly registry?: SignedIn | undefined
}

/**
 * Runs a service's build command in its folder; its environment holds the service, the source commit and its time. What
 * the command changes must not be an input.
 */
export async function runBuildCommand(
  { git, tree, tools, environment }: BuildPlace,
  build: Build,
  command: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const epoch = await commitTime(git, build.sourceCommit)
  const passed = commandEnvironment(git.root, environment, build.config.build.variables)
  const variables = {
    ...passed,
    ...more,
    SERVICE: build.service,
    SOURCE_COMMIT: build.sourceCommit,
    SOURCE_DATE_EPOCH: epoch,
  }
  const folder = join(git.root, 'services', build.service)
  const succeeded = await tools.runCommand(command, folder, variables)
  await tree.lookAfter(build.service)
  if (succeeded) return tree.requireInputs(build)
  throw new UserError(buildErrors['build-failed'], `the build of ${build.service} failed`, {
    cause: `its command failed: ${command}`,
    remedy: `See its output above. To try it by hand: cd services/${build.service}, then run the command.`,
  })
}
