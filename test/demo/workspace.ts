import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installDocker } from '../docker/install.ts'
import { linkPackages } from '../support/linked-packages.ts'
import { bareEnvironment } from '../support/run.ts'
import { temporaryRoot } from '../support/temporary-root.ts'
import { runProgram } from './program.ts'

/** A temporary folder for everything that the demo makes, and the environment of its programs. */
export type Workspace = {
  readonly folder: string
  /** The bare repository that stands in for the one on a git server. */
  readonly remote: string
  /** The clone in which the demo works as a developer would. */
  readonly clone: string
  /** Only the path is this machine's own: no credentials, no git configuration, no home. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Runs git, in the clone by default, and returns what it printed, trimmed. */
  git(args: readonly string[], folder?: string): Promise<string>
}

/** Makes the folder, with git's configuration and the stand-in for docker; `cleanup` removes it. */
export async function makeWorkspace(cleanup: AsyncDisposableStack, signal: AbortSignal): Promise<Workspace> {
  const folder = await mkdtemp(join(await temporaryRoot(), 'waybill-demo-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const home = join(folder, 'home')
  const bin = join(folder, 'bin')
  const bare = bareEnvironment(home)
  const env = {
    ...bare,
    PATH: `${bin}:${bare.PATH}`,
    // Clones come and go, so their compiled code would only pile up in the checkout's cache.
    NODE_COMPILE_CACHE: join(folder, 'cache'),
  }
  await mkdir(home)
  await Promise.all([writeFile(join(home, 'gitconfig'), gitConfig), installDocker(bin)])
  const clone = join(folder, 'clone')
  return {
    folder,
    remote: join(folder, 'remote.git'),
    clone,
    env,
    signal,
    git: async (args, cwd = clone) => (await runProgram('git', args, { cwd, env, signal })).stdout.trim(),
  }
}

// gc would go on in the background after its command has ended.
const gitConfig = `[user]
  name = Demo
  email = demo@example.com
[safe]
  directory = *
[pull]
  rebase = true
[push]
  default = current
[gc]
  auto = 0
[maintenance]
  auto = false
[advice]
  detachedHead = false
`

/** Clones the remote, and links the checkout's packages into the clone. */
export async function cloneRemote({ git, folder, remote }: Workspace, into: string): Promise<void> {
  await git(['clone', '--quiet', remote, into], folder)
  await linkPackages(into)
}
