import type { UserError } from '../../base/user-error.ts'
import { refuseInputs } from '../../catalogue/inputs.ts'
import { allFilesAt } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { Build } from '../selection.ts'

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
