import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import pLimit from 'p-limit'
import { GitError, type SimpleGit, type SimpleGitOptions, simpleGit } from 'simple-git'
import { machineErrorIn } from '../../base/machine-error.ts'
import { plainLines, quote } from '../../base/printable.ts'
import { type ErrorCode, UserError } from '../../base/user-error.ts'
import { gitErrors } from '../errors.ts'
import { isOldGit, oldestGit } from '../git-version.ts'
import { withoutPasswords, withoutProgress } from '../said.ts'
import { watchOutput } from './watch-output.ts'

/** A clone on this machine. */
export type Git = {
  /** The absolute path of the work tree's root. */
  readonly root: string
  /** Whether it was made without the content of old files, which is fetched when it is needed. */
  readonly isPartial: boolean
  /** Runs git there and returns its output; throws a `GitFailure` when it fails. */
  run(args: readonly string[], extra?: RunOptions): Promise<string>
  /** The same for `git cat-file`, whose output may be anything. */
  catFile(args: readonly string[], extra?: RunOptions): Promise<Buffer>
}

/** What git is given beside its arguments. */
export type RunOptions = {
  readonly input?: string
  readonly environment?: Record<string, string>
  /** How much output is accepted; any amount by default. */
  readonly mostBytes?: number
}

/** git ended with an error; `said` is its output, word for word. */
export class GitFailure extends UserError {
  readonly said: string

  constructor(command: string, said: string, cause?: unknown, code: ErrorCode = gitErrors['git-failed']) {
    super(code, `git ${command} failed`, { cause: plainLines(said), origin: cause })
    this.name = 'GitFailure'
    this.said = said
  }
}

// The caller's own git (a hook) sets these for its repository; none of them must reach the clone that we name.
const locators =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH|EDITOR|SEQUENCE_EDITOR|PAGER|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/

const always = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Replacements and grafts exist in one clone only, and a tag names the object itself.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
}

/** Takes a failure of git for an answer; any other error, such as too many open files, is none. */
export function ifGitFails<Value>(value: Value): (error: unknown) => Value {
  return error => {
    if (error instanceof GitFailure) return value
    throw error
  }
}

const settings = [
  // All that is written and read here is UTF-8, and a commit says so.
  'i18n.commitEncoding=UTF-8',
  'i18n.logOutputEncoding=UTF-8',
  // Otherwise each message would begin with a hint about the file of grafts that we name.
  'advice.graftFileDeprecated=false',
]

/** How to open a clone. */
export type GitOptions = {
  readonly shallowClone?: 'refused' | 'allowed'
  /** How long AWS may be silent, from which follows how long git may be. */
  readonly timeoutMs?: number
}

const usualTimeoutMs = 30_000

/** Opens the clone that holds a folder. One without its whole history is refused. */
export async function openGit(
  folder: string,
  environment: Record<string, string>,
  { shallowClone = 'refused', timeoutMs = usualTimeoutMs }: GitOptions = {},
): Promise<Git> {
  const inside = runners(folder, environment, timeoutMs)
  const answer = await inside.run(['rev-parse', sinceOldest, ...asked]).catch(unusable)
  if (answer instanceof UserError || answer.startsWith(sinceOldest)) await refuseOld(inside, answer)
  if (answer instanceof UserError) throw answer
  const [root = folder, shallow, format, config = ''] = answer.trimEnd().split('\n')
  if (shallow === 'true' && shallowClone === 'refused') {
    throw new UserError(gitErrors['git-shallow-clone'], 'this clone is shallow', {
      cause: 'its history is cut off, so source commits cannot be found',
    })
  }
  if (format !== 'sha1') {
    throw new UserError(
      gitErrors['git-object-format'],
      `this repository uses ${format === 'sha256' ? 'SHA-256' : quote(String(format))} object names`,
      { cause: 'artifacts, records and pins name commits by the 40 digits of a SHA-1' },
    )
  }
  const filter = await filterOf(inside, config)
  if (shallowClone === 'refused') refuseTreeless(filter)
  return { root, isPartial: filter !== '', ...runners(root, environment, timeoutMs) }
}

// git 2.31 has it; an older one takes it for text and repeats it.
const sinceOldest = '--path-format=absolute'
const asked = ['--show-toplevel', '--is-shallow-repository', '--show-object-format', '--git-path', 'config']

async function refuseOld({ run }: Pick<Git, 'run'>, answer: unknown): Promise<void> {
  const version = await run(['version']).catch(unusable)
  if (version instanceof UserError) throw version
  if (answer instanceof UserError && !isOldGit(version)) return
  throw new UserError(gitErrors['git-too-old'], `git is older than ${oldestGit}`, {
    cause: plainLines(version),
  })
}

/** What the clone leaves out. Most clones leave out nothing, which their config alone says, without another process. */
async function filterOf({ run }: Pick<Git, 'run'>, config: string): Promise<string> {
  const text = await readFile(config, 'utf8').catch(() => undefined)
  if (text !== undefined && !/partialclonefilter|\[\s*include/i.test(text)) return ''
  return (await run(['config', '--get', 'remote.origin.partialclonefilter']).catch(ifGitFails(''))).trim()
}

// Without blobs, history is still here; with any other filter, git would fetch it tree by tree.
function refuseTreeless(filter: string): void {
  if (filter === '' || filter.startsWith('blob:')) return
  throw new UserError(gitErrors['git-treeless-clone'], `this clone was made with --filter=${quote(filter)}`, {
    cause: 'it leaves out the trees of old commits, so each step through its history would be a download',
  })
}

function unusable(error: unknown): UserError {
  if (!(error instanceof GitFailure)) throw error
  if (/spawn git ENOENT/.test(error.said))
    return new UserError(gitErrors['git-missing'], 'git is not on the PATH')
  return ownedByAnother(error.said) ?? unusableRepository(error)
}

/** The error for git's refusal of a repository that belongs to another user; undefined for any other failure. */
export function ownedByAnother(said: string): UserError | undefined {
  if (!/detected dubious ownership/.test(said)) return undefined
  const [, path] = /safe\.directory (\S.*)/.exec(said) ?? []
  return new UserError(gitErrors['git-owner'], 'git refuses a repository of another user of this machine', {
    cause: plainLines(said),
    remedy: path && `If you trust it: git config --global --add safe.directory ${plainLines(path)}`,
  })
}

function unusableRepository(error: GitFailure): UserError {
  return new UserError(gitErrors['git-not-a-repository'], 'this is not a usable git repository', {
    cause: error.cause,
    origin: error,
  })
}

// More processes would only take turns.
const mostAtOnce = 8

/** How many times `timeoutMs` a git command may be silent: hooks run during a push, and a person may have to sign. */
function patience(command: string | undefined): number {
  return command === 'ls-remote' || command === 'fetch' ? 4 : 20
}

function runners(
  folder: string,
  environment: Record<string, string>,
  timeoutMs: number,
): Pick<Git, 'run' | 'catFile'> {
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !locators.test(name)))
  const slots = pLimit(mostAtOnce)
  const runWith = <Output>(
    act: (git: SimpleGit) => Promise<Output>,
    args: readonly string[],
    extra: RunOptions,
  ) =>
    slots(async () => {
      const variables = { ...inherited, ...always, ...extra.environment }
      const silence = watchOutput(timeoutMs * patience(args[0]), extra.mostBytes)
      const options: Partial<SimpleGitOptions> = {
        baseDir: folder,
        abort: silence.signal,
        config: settings,
        allowEnvironment: Object.keys(variables),
        // Wait for the output to end: some of it may still be unread when git exits.
        completion: { onClose: true, onExit: false },
        errors: (error, { exitCode, stdOut, stdErr }) =>
          error ?? failure(args, exitCode, Buffer.concat([...stdOut, ...stdErr])),
        // The environment is the user's own, and every argument from outside was parsed.
        unsafe: {
          allowUnsafeAskPass: true,
          allowUnsafeConfigEnvCount: true,
          allowUnsafeConfigPaths: true,
          allowUnsafeEditor: true,
          allowUnsafeGitProxy: true,
          allowUnsafePager: true,
          allowUnsafeSshCommand: true,
          allowUnsafeTemplateDir: true,
          allowUnsafeDiffExternal: true,
          allowUnsafeProtocolOverride: true,
          allowUnsafeExec: true,
        },
        ...(extra.input === undefined ? {} : { input: () => extra.input }),
      }
      try {
        const git = simpleGit(options)
          .env(variables)
          .outputHandler((_, stdout, stderr) => silence.watch([stdout, stderr] as Readable[]))
        return await act(git)
      } catch (error) {
        if (silence.isTooMuch()) throw new GitFailure(args[0] ?? '', 'it printed too much')
        if (silence.signal.aborted) throw silentFailure(args[0] ?? '', silence.ms)
        if (!(error instanceof GitError)) throw error
        const said = noPipes.test(error.message) ? 'spawn git EMFILE' : withoutPasswords(error.message.trim())
        throw machineErrorIn(said, `run git ${args[0]}`) ?? new GitFailure(args[0] ?? '', said, error)
      } finally {
        silence.end()
      }
    })
  return {
    run: (args, extra = {}) => runWith(git => git.raw([...args]), args, extra),
    catFile: (args, extra = {}) => runWith(git => git.binaryCatFile([...args]), ['cat-file'], extra),
  }
}

function silentFailure(command: string, ms: number): GitFailure {
  const said = `git ${command} timed out: it said nothing for ${ms / 1000} s`
  return new GitFailure(command, said, undefined, gitErrors['git-silent'])
}

// Without a free file descriptor Node starts nothing and makes no pipes, which simple-git does not expect.
const noPipes = /^TypeError: Cannot read properties of undefined \(reading 'on'\)/

// By default simple-git takes a failure without output, or a killed git, for success.
function failure(args: readonly string[], exitCode: number | null, said: Buffer): Buffer | undefined {
  if (exitCode === 0) return undefined
  return said.length > 0
    ? Buffer.from(withoutProgress(said.toString()))
    : Buffer.from(`git ${args[0]} ended with ${exitCode ?? 'a signal'}`)
}
