import { join } from 'node:path'
import type { Stores } from '../../artifacts/io/stores.ts'
import { UserError } from '../../base/user-error.ts'
import type { Git } from '../../git/io/git.ts'
import { commitTime } from '../../git/io/revisions.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import type { BuildTools } from './docker.ts'

/** What a build works with. */
export type BuildPlace = { readonly git: Git; readonly stores: Stores; readonly tools: BuildTools }

/** Runs a service's build command in its folder; its environment holds the service, the source commit and its time. */
export async function runBuildCommand(
  { git, tools }: BuildPlace,
  build: Build,
  command: string,
): Promise<void> {
  const epoch = await commitTime(git, build.sourceCommit)
  const variables = { SERVICE: build.service, SOURCE_COMMIT: build.sourceCommit, SOURCE_DATE_EPOCH: epoch }
  const folder = join(git.root, 'services', build.service)
  if (await tools.runCommand(command, folder, variables)) return
  throw new UserError(buildErrors['build-failed'], `the build of ${build.service} failed`, {
    cause: `its command failed: ${command}`,
    remedy: `See its output above. To try it by hand: cd services/${build.service}, then run the command.`,
  })
}
