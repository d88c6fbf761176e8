import { errorsOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { UserError } from '../../base/user-error.ts'
import type { ArtifactTypeName } from '../../kinds/kind.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { Project } from '../../project/io/project.ts'
import { type Build, pushesItself } from '../selection.ts'
import type { BuildPlace } from './build-command.ts'
import { buildImage } from './images/image.ts'
import { type Needs, openTools } from './images/open-tools.ts'
import { watchWorkTree } from './work-tree.ts'
import { buildZip } from './zip.ts'

type Builder = {
  needs(build: Build): Needs
  build(place: BuildPlace, build: Build): Promise<void>
}

/** What builds and stores each type of artifact. */
const builders: Readonly<Record<ArtifactTypeName, Builder>> = {
  image: {
    needs: build => ({ engine: !pushesItself(build), registry: pushesItself(build) }),
    build: buildImage,
  },
  zip: { needs: () => ({ engine: false, registry: false }), build: buildZip },
}

/** Builds and stores artifacts of the commit that is checked out, one after another. One that fails does not stop the others; returns all failures. */
export async function buildAll(
  { git, stores }: Project,
  { commit, builds }: { readonly commit: CommitSha; readonly builds: readonly Build[] },
  environment: Record<string, string>,
  begin: (build: Build) => void,
): Promise<UserError[]> {
  if (builds.length === 0) return []
  const tree = await watchWorkTree(git, commit)
  const needed = builds.map(build => builders[build.name.type].needs(build))
  const needs = {
    engine: needed.some(({ engine }) => engine),
    registry: needed.some(({ registry }) => registry),
  }
  const { tools, registry, end } = await openTools({ git, stores }, needs, environment)
  const oneByOne = 1
  try {
    const built = await sideBySide(builds, oneByOne, async build => {
      begin(build)
      tree.requireInputs(build)
      await builders[build.name.type].build({ git, tree, stores, tools, registry, environment }, build)
    })
    return errorsOf(built)
  } finally {
    await end()
  }
}
