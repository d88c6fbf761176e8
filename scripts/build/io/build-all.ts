import { errorsOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import type { UserError } from '../../base/user-error.ts'
import type { ArtifactTypeName } from '../../kinds/kind.ts'
import type { CommitSha } from '../../names/commit.ts'
import type { Project } from '../../project/io/project.ts'
import type { Build } from '../selection.ts'
import type { BuildPlace } from './build-command.ts'
import { type BuildTools, buildTools } from './docker.ts'
import { makeDockerConfig } from './docker-config.ts'
import { dockerEnvironment } from './environment.ts'
import { buildImage } from './image.ts'
import { watchWorkTree } from './work-tree.ts'
import { buildZip } from './zip.ts'

type Builder = {
  /** Whether it needs a Docker engine that is signed in to the registry. */
  readonly needsEngine: boolean
  build(place: BuildPlace, build: Build): Promise<void>
}

/** What builds and stores each type of artifact. */
const builders: Readonly<Record<ArtifactTypeName, Builder>> = {
  image: { needsEngine: true, build: buildImage },
  zip: { needsEngine: false, build: buildZip },
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
  const { tools, end } = await openTools({ git, stores }, builds, environment)
  const oneByOne = 1
  try {
    const built = await sideBySide(builds, oneByOne, async build => {
      begin(build)
      tree.requireInputs(build)
      await builders[build.name.type].build({ git, tree, stores, tools, environment }, build)
    })
    return errorsOf(built)
  } finally {
    await end()
  }
}

/** Opens what the builds need: docker, signed in to the registry, only where one of them needs it. */
async function openTools(
  { git, stores }: Pick<Project, 'git' | 'stores'>,
  builds: readonly Build[],
  environment: Record<string, string>,
): Promise<{ tools: BuildTools; end(): Promise<void> }> {
  const own = dockerEnvironment(git.root, environment)
  const tools = await buildTools(git.root, own)
  if (!builds.some(({ name }) => builders[name.type].needsEngine)) return { tools, end: async () => {} }
  await tools.requireEngine()
  const registry = await (await stores.ecr()).login()
  const config = await makeDockerConfig(own, registry.host)
  const signedIn = await buildTools(git.root, { ...own, DOCKER_CONFIG: config.folder })
  try {
    await signedIn.login(registry)
    return { tools: signedIn, end: config.remove }
  } catch (error) {
    await config.remove()
    throw error
  }
}
