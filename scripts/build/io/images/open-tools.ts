import { join } from 'node:path'
import type { Project } from '../../../project/io/project.ts'
import { dockerEnvironment } from '../environment.ts'
import { type BuildTools, buildTools } from './docker.ts'
import { type DockerConfig, makeDockerConfig, type Registry } from './docker-config.ts'

/** What builds need besides the work tree. */
export type Needs = {
  /** A Docker engine that is signed in to the registry. */
  readonly engine: boolean
  /** The registry, for commands that push images themselves. */
  readonly registry: boolean
}

/** A registry that programs are signed in to by these variables. */
export type SignedIn = { readonly host: string; readonly variables: Readonly<Record<string, string>> }

/** The programs of builds, and the way to remove what was made for them. */
export type OpenTools = { readonly tools: BuildTools; readonly registry?: SignedIn; end(): Promise<void> }

/** Opens what the builds need: docker, signed in to the registry, and a sign-in for other programs, each only where one of them needs it. */
export async function openTools(
  { git, stores }: Pick<Project, 'git' | 'stores'>,
  needs: Needs,
  environment: Record<string, string>,
): Promise<OpenTools> {
  const own = dockerEnvironment(git.root, environment)
  const tools = await buildTools(git.root, own)
  if (!needs.engine && !needs.registry) return { tools, end: async () => {} }
  if (needs.engine) await tools.requireEngine()
  const registry = await (await stores.ecr()).login()
  const made: DockerConfig[] = []
  const end = async () => void (await Promise.all(made.map(({ remove }) => remove())))
  const configFor = async (signedIn: boolean) => {
    const config = await makeDockerConfig(own, registry, { signedIn })
    made.push(config)
    return config.folder
  }
  try {
    const signedIn = needs.registry ? signedInBy(registry, await configFor(true)) : {}
    if (!needs.engine) return { tools, ...signedIn, end }
    const docker = await buildTools(git.root, { ...own, DOCKER_CONFIG: await configFor(false) })
    await docker.login(registry)
    return { tools: docker, ...signedIn, end }
  } catch (error) {
    await end()
    throw error
  }
}

function signedInBy({ host }: Registry, folder: string): { readonly registry: SignedIn } {
  // Podman, Buildah and Skopeo look there first.
  const variables = { DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: join(folder, 'config.json') }
  return { registry: { host, variables } }
}
