import { StandInError } from './stand-in-error.ts'

/*
 * A stand-in for the docker program on machines without an engine. It builds an image from the files of a build context
 * and pushes it through the registry API. It supports only what this project calls.
 */

const SERVER_VERSION = '28.0.0-stand-in'
const BUILDX_VERSION = 'github.com/docker/buildx v0.20.0 stand-in'
const NO_ENGINE =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'

async function run(args: readonly string[]): Promise<void> {
  const line = args.join(' ')
  if (line === 'buildx version') return print(BUILDX_VERSION)
  if (line === 'version --format {{.Server.Version}}') {
    requireEngine()
    return print(SERVER_VERSION)
  }
  if (args[0] === 'login') {
    const { login } = await import('./login.ts')
    return login(args.slice(1), process.env, process.stdin)
  }
  if (args[0] === 'buildx' && args[1] === 'build') {
    requireEngine()
    const { build } = await import('./build.ts')
    return build(args.slice(2), process.env)
  }
  throw new StandInError(`docker: the stand-in does not know "${line}"`)
}

function requireEngine(): void {
  if (process.env.STAND_IN_DOCKER === 'no-engine') throw new StandInError(NO_ENGINE)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const message = error instanceof StandInError ? error.message : error instanceof Error ? error.stack : error
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
