import { type FileHandle, open, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import lt from 'semver/functions/lt.js'
import valid from 'semver/functions/valid.js'
import { canAccess } from '../../base/io/can-access.ts'
import { privateMode } from '../../base/io/private-file.ts'
import { requireTemporaryFolder } from '../../base/io/temporary-folder.ts'
import { machineErrorIn } from '../../base/machine-error.ts'
import { plainLines } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { terraformErrors } from '../errors.ts'
import { explainTerraform, parseEvents, type TerraformEvent, type TerraformStep } from '../events.ts'

/** The terraform program on this machine. */
export type Terraform = {
  readonly version: string
  /** Whether S3 URLs have the bucket in their path (`usesPathStyle`). */
  readonly pathStyle: boolean
  /** How long it waits for another run to release the lock on a state, such as `20s`. */
  readonly lockTimeout: string
  /** Where it keeps downloaded providers. */
  readonly pluginCache: string
  /** Total time that it has run, in ms. */
  spentMs(): number
  /** Runs it in a folder and returns its messages, or throws an error with what it said. */
  run(folder: string, args: readonly string[], step: TerraformStep & Listener): Promise<TerraformEvent[]>
  /** Runs it and returns its output. */
  read(folder: string, args: readonly string[], step: TerraformStep): Promise<string>
}

type Shell = import('zx/core').Shell
type Listener = { readonly onMessage?: (text: string) => void }

/** How to run Terraform. When `signal` aborts, a run ends after its current step. */
type TerraformOptions = Pick<Terraform, 'pathStyle'> & {
  readonly lockTimeoutMs: number
  readonly signal: AbortSignal
}

// Collecting garbage takes half of the time in which Terraform starts, long before there is much of it. Only for what
// starts no provider, which would get these variables, too, and has more to collect.
const collectsLate = { GOGC: 'off', GOMEMLIMIT: '256MiB' }

// The first version that locks in S3 itself (`use_lockfile`).
const oldest = '1.10.0'

/** Finds terraform and refuses one that is too old. */
export async function openTerraform(
  environment: Record<string, string>,
  { lockTimeoutMs, pathStyle, signal }: TerraformOptions,
): Promise<Terraform> {
  // Terraform's plugins need it, and their own message does not name it.
  await requireTemporaryFolder(environment)
  const { $ } = await import('zx/core')
  const env = await terraformEnvironment(environment)
  const shell = $({ env, nothrow: true, quiet: true })
  const withoutProviders = shell({ env: { ...collectsLate, ...env } })
  const answer = await withoutProviders({ timeout: '1m' })`terraform version -json`
  const version = versionOf(answer.stdout)
  if (version === undefined) throw noTerraform(`${answer.stderr}${answer.stdout}`)
  if (lt(version, oldest)) throw tooOld(version)
  let spent = 0
  const start = async (folder: string, args: readonly string[], step: TerraformStep & Listener) => {
    const from = performance.now()
    const launcher = { shell: args[0] === 'init' ? withoutProviders : shell, signal }
    const ended = await launch(launcher, folder, args, step).finally(() => {
      spent += performance.now() - from
    })
    if (signal.aborted) throw interrupted(step)
    return ended
  }
  return {
    version,
    pathStyle,
    lockTimeout: `${lockTimeoutMs / 1000}s`,
    pluginCache: env.TF_PLUGIN_CACHE_DIR,
    spentMs: () => spent,
    async run(folder, [command = '', ...others], step) {
      const ended = await start(folder, [command, '-json', ...others], step)
      const events = parseEvents(ended.out)
      if (ended.exitCode !== 0) throw explainTerraform(events, `${ended.err}\n${ended.out}`, step)
      return events
    },
    async read(folder, args, step) {
      const ended = await start(folder, args, step)
      if (ended.exitCode !== 0) throw explainTerraform([], ended.err, step)
      return ended.out
    },
  }
}

type Launcher = { readonly shell: Shell; readonly signal: AbortSignal }
type Ended = { readonly exitCode: number | null; readonly out: string; readonly err: string }

const blockBytes = 4096

// Output goes to files, not pipes. If this process is killed, terraform finishes its step and saves its state; a pipe
// that nobody reads would kill it with the lock held and the state unsaved.
async function launch(
  { shell, signal }: Launcher,
  folder: string,
  args: readonly string[],
  { onMessage, ...step }: TerraformStep & Listener,
): Promise<Ended> {
  // A listener does not hear an abort that came before it.
  if (signal.aborted) throw interrupted(step)
  const log = join(folder, `terraform-${args[0]}`)
  const [out, err] = await Promise.all([
    open(`${log}.out`, 'w', privateMode),
    open(`${log}.err`, 'w', privateMode),
  ])
  const child = shell({
    stdio: ['ignore', out.fd, err.fd],
    detached: true,
    // A plan, or a state that it cannot upload, can hold secrets. Providers go to a cache that users may share.
  })`[ ${args[0]} = init ] || umask 077; exec terraform -chdir=${folder} ${args}`
  const stop = () => void child.child?.kill('SIGINT')
  signal.addEventListener('abort', stop)
  // The abort may have come during the start.
  if (signal.aborted) stop()
  const watch = onMessage && setInterval(() => void passLastMessage(`${log}.out`, onMessage), 500)
  try {
    const { exitCode } = await child
    await requireSpace(out, step)
    return {
      exitCode,
      out: await readFile(`${log}.out`, 'utf8'),
      err: await readFile(`${log}.err`, 'utf8'),
    }
  } finally {
    clearInterval(watch)
    signal.removeEventListener('abort', stop)
    await Promise.all([out.close(), err.close()])
  }
}

/** Throws if the disk is full: Terraform ends well although what it printed is lost. */
async function requireSpace(log: FileHandle, { doing }: TerraformStep): Promise<void> {
  // Where the disk is full, the file has filled its last block.
  await log.write(`${' '.repeat(blockBytes)}\n`).catch(error => {
    throw machineErrorIn(String(error), doing) ?? error
  })
}

async function passLastMessage(path: string, onMessage: (text: string) => void): Promise<void> {
  const last = parseEvents(await readFile(path, 'utf8').catch(() => '')).at(-1)
  if (last !== undefined) onMessage(last['@message'])
}

// With the caller's own workspace, data folder or arguments it would not be the planned run.
const unwantedVariables = /^TF_(CLI_ARGS.*|WORKSPACE|DATA_DIR|LOG.*|VAR_.*)$/

async function terraformEnvironment(environment: Record<string, string>) {
  const kept = Object.entries(environment).filter(([name]) => !unwantedVariables.test(name))
  const env = Object.fromEntries(kept)
  // Terraform warns on every run about a missing file.
  if (env.TF_CLI_CONFIG_FILE !== undefined && !(await canAccess(env.TF_CLI_CONFIG_FILE)))
    delete env.TF_CLI_CONFIG_FILE
  const cache = env.TF_PLUGIN_CACHE_DIR ?? join(env.HOME ?? homedir(), '.terraform.d', 'plugin-cache')
  return {
    ...env,
    TF_PLUGIN_CACHE_DIR: cache,
    TF_IN_AUTOMATION: '1',
    TF_CLI_ARGS: '-no-color',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  }
}

function versionOf(text: string): string | undefined {
  try {
    const { terraform_version: version } = JSON.parse(text) as { terraform_version?: string }
    return version !== undefined && valid(version) !== null ? version : undefined
  } catch {
    return undefined
  }
}

const remedy = `Install Terraform ${oldest} or newer: https://developer.hashicorp.com/terraform/install`

function noTerraform(said: string): UserError {
  return new UserError(
    terraformErrors['terraform-missing'],
    'terraform is not on the PATH or does not print its version',
    {
      cause: plainLines(said),
      remedy,
    },
  )
}

function tooOld(version: string): UserError {
  return new UserError(terraformErrors['terraform-too-old'], `this Terraform is too old: ${version}`, {
    cause: `the state is locked in S3 itself, which Terraform supports since ${oldest}`,
    remedy,
  })
}

function interrupted({ doing }: TerraformStep): UserError {
  return new UserError(terraformErrors['terraform-interrupted'], `interrupted while trying to ${doing}`, {
    cause: 'this run was asked to stop; Terraform finished its current step and kept its state',
  })
}
