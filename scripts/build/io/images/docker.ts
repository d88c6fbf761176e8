import { plainLines } from '../../../base/printable.ts'
import { UserError } from '../../../base/user-error.ts'
import { buildErrors } from '../../errors.ts'
import type { ImageOptions, SecretPlace } from '../../image-options.ts'

/** The programs that a build runs. */
export type BuildTools = {
  /** Throws unless a Docker engine with buildx is running. */
  requireEngine(): Promise<void>
  /** Signs in to a registry. */
  login(registry: { host: string; user: string; password: string }): Promise<void>
  /** Builds an image and pushes it; false when docker failed and printed why to stderr. */
  buildImage(image: ImageRequest): Promise<boolean>
  /** Runs a service's own build command with sh in its folder, with these variables alone; false when it failed. */
  runCommand(command: string, folder: string, variables: Record<string, string>): Promise<boolean>
}

/** One image to build and push. */
export type ImageRequest = ImageOptions & {
  /** `<host>/<repository>:<tag>` */
  readonly reference: string
  readonly dockerfile: string
  readonly context: string
  readonly platforms: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Whether the image holds provenance and an SBOM, which makes it an index. */
  readonly attestations: boolean
  /** Seconds since 1970; buildx uses them as the time of everything that it makes. */
  readonly epoch: string
}

/** The programs of this machine; docker gets this environment. Their output goes to stderr, so that stdout stays the command's own. */
export async function buildTools(root: string, environment: Record<string, string>): Promise<BuildTools> {
  const { $ } = await import('zx/core')
  const run = $({ cwd: root, env: environment, nothrow: true, quiet: true })
  // An engine that hangs does not answer at all.
  const asked = run({ timeout: '1m' })
  return {
    async requireEngine() {
      const engine = await asked`docker version --format ${'{{.Server.Version}}'}`
      if (engine.exitCode !== 0) throw noEngine(engine.stderr)
      const buildx = await asked`docker buildx version`
      if (buildx.exitCode !== 0) throw noBuildx(buildx.stderr)
    },
    async login({ host, user, password }) {
      const answer = await asked({
        input: password,
      })`docker login --username ${user} --password-stdin ${host}`
      if (answer.exitCode !== 0) {
        throw new UserError(buildErrors['docker-login'], `docker cannot sign in to ${host}`, {
          cause: plainLines(answer.stderr),
        })
      }
    },
    async buildImage(image) {
      const variables = { ...environment, ...image.variables, SOURCE_DATE_EPOCH: image.epoch }
      const shown = run({ stdio: ['ignore', 2, 2], env: variables })
      const { exitCode } = await shown`docker buildx build --push ${buildArguments(image)} ${image.context}`
      return exitCode === 0
    },
    async runCommand(command, folder, variables) {
      const shown = run({ cwd: folder, stdio: ['ignore', 2, 2], env: variables })
      const { exitCode } = await shown`sh -c ${command}`
      return exitCode === 0
    },
  }
}

function buildArguments(image: ImageRequest): string[] {
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
    ...(image.target === undefined ? [] : ['--target', image.target]),
    ...Object.entries(image.args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...image.secrets.flatMap(secret => ['--secret', printSecret(secret)]),
    ...image.cacheFrom.flatMap(cache => ['--cache-from', cache]),
    ...image.cacheTo.flatMap(cache => ['--cache-to', cache]),
  ]
}

function printSecret(secret: SecretPlace): string {
  const place = 'variable' in secret ? `env=${secret.variable}` : `src=${secret.file}`
  return `id=${secret.id},${place}`
}

function noEngine(said: string): UserError {
  return new UserError(
    buildErrors['docker-missing'],
    'a container image has to be built, but no Docker engine is running',
    { cause: plainLines(said) },
  )
}

function noBuildx(said: string): UserError {
  return new UserError(buildErrors['docker-missing'], 'docker lacks buildx, which builds the images', {
    cause: plainLines(said),
    remedy: 'Install it: https://docs.docker.com/build/install-buildx/ (Debian: docker-buildx-plugin)',
  })
}
