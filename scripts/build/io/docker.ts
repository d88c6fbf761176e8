import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { buildErrors } from '../errors.ts'

/** The programs that a build runs. */
export type BuildTools = {
  /** Ends well when a Docker engine with buildx answers. */
  requireEngine(): Promise<void>
  /** Signs in to a registry. */
  login(registry: { host: string; user: string; password: string }): Promise<void>
  /** Builds an image and pushes it; false when docker failed, which has said why on stderr. */
  buildImage(image: ImageBuild): Promise<boolean>
  /** Runs a service's own build command with sh in its folder; false when it failed. */
  runCommand(command: string, folder: string, variables: Record<string, string>): Promise<boolean>
}

/** One image to build and push. */
export type ImageBuild = {
  /** `<host>/<repository>:<tag>` */
  readonly reference: string
  readonly dockerfile: string
  readonly context: string
  readonly platforms: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Whether provenance and SBOM go into the image, which makes it an index. */
  readonly attestations: boolean
  /** Seconds since 1970, which buildx takes as the time of everything that it makes. */
  readonly epoch: string
}

/** The programs of this machine. What they print goes to stderr, so that stdout stays the command's own. */
export async function buildTools(root: string, environment: Record<string, string>): Promise<BuildTools> {
  const { $ } = await import('zx/core')
  const run = $({ cwd: root, env: environment, nothrow: true, quiet: true })
  return {
    async requireEngine() {
      const engine = await run`docker version --format ${'{{.Server.Version}}'}`
      if (engine.exitCode !== 0) throw noEngine(engine.stderr)
      const buildx = await run`docker buildx version`
      if (buildx.exitCode !== 0) throw noBuildx(buildx.stderr)
    },
    async login({ host, user, password }) {
      const answer = await run({ input: password })`docker login --username ${user} --password-stdin ${host}`
      if (answer.exitCode !== 0) {
        throw new UserError(buildErrors['docker-login'], `docker cannot sign in to ${host}`, {
          cause: plainLines(answer.stderr),
          remedy: 'Check that docker can reach the registry.',
        })
      }
    },
    async buildImage(image) {
      const variables = { ...environment, SOURCE_DATE_EPOCH: image.epoch }
      const shown = run({ stdio: ['ignore', 2, 2], env: variables })
      const { exitCode } = await shown`docker buildx build --push ${buildArguments(image)} ${image.context}`
      return exitCode === 0
    },
    async runCommand(command, folder, variables) {
      const shown = run({ cwd: folder, stdio: ['ignore', 2, 2], env: { ...environment, ...variables } })
      const { exitCode } = await shown`sh -c ${command}`
      return exitCode === 0
    },
  }
}

function buildArguments(image: ImageBuild): string[] {
  return [
    `--provenance=${image.attestations ? 'mode=max' : 'false'}`,
    `--sbom=${image.attestations}`,
    '--platform',
    image.platforms.join(','),
    '--tag',
    image.reference,
    ...Object.entries(image.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    '--file',
    image.dockerfile,
  ]
}

function noEngine(said: string): UserError {
  return new UserError(
    buildErrors['docker-missing'],
    'no Docker engine answers, and a container image is to be built',
    {
      cause: plainLines(said),
      remedy:
        'Start Docker and run this again, build only services with a zip (SERVICE=…), or let CI build: push the commit.',
    },
  )
}

function noBuildx(said: string): UserError {
  return new UserError(buildErrors['docker-missing'], 'docker has no buildx, which builds the images', {
    cause: plainLines(said),
    remedy: 'Install it: https://docs.docker.com/build/install-buildx/ (Debian: docker-buildx-plugin)',
  })
}
