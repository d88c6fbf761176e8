import { errorsOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { UserError } from '../../base/user-error.ts'
import type { ArtifactTypeName } from '../../kinds/kind.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { Project } from '../../project/io/project.ts'
import type { Build } from '../selection.ts'
import type { BuildPlace } from './build-command.ts'
import { buildTools } from './docker.ts'
import { buildEnvironment } from './environment.ts'
import { buildImage } from './image.ts'
import { watchWorkTree } from './work-tree.ts'
import { buildZip } from './zip.ts'

/** What builds and stores each type of artifact. */
const builders = { image: buildImage, zip: buildZip } as const satisfies Record<
  ArtifactTypeName,
  (place: BuildPlace, build: Build) => Promise<void>
>

/** Builds and stores artifacts of the commit that is checked out, one after another. One that fails does not stop the others; returns all failures. */
export async function buildAll(
  { git, stores }: Project,
  { commit, builds }: { readonly commit: CommitSha; readonly builds: readonly Build[] },
  environment: Record<string, string>,
  begin: (build: Build) => void,
): Promise<UserError[]> {
  if (builds.length === 0) return []
  const tools = await buildTools(git.root, buildEnvironment(git.root, environment))
  if (builds.some(({ name }) => name.type === 'image')) {
    await tools.requireEngine()
    await tools.login(await (await stores.ecr()).login())
  }
  const tree = await watchWorkTree(git, commit)
  const oneByOne = 1
  const built = await sideBySide(builds, oneByOne, async build => {
    begin(build)
    tree.requireInputs(build)
    await builders[build.name.type]({ git, tree, stores, tools }, build)
  })
  return errorsOf(built)
}
