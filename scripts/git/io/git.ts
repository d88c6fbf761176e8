import pLimit from 'p-limit'
import { GitError, type SimpleGitOptions, simpleGit } from 'simple-git'
import { plainLines, quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { type CommitSha, isCommitSha } from '../../names/commit.ts'
import { gitErrors } from '../errors.ts'

/** A clone on this machine. */
export type Git = {
  /** The absolute path of the work tree's root. */
  readonly root: string
  /** Runs git there and answers what it printed; a failure is a `GitFailure`. */
  run(
    args: readonly string[],
    extra?: { input?: string; environment?: Record<string, string> },
  ): Promise<string>
}

/** git ended with an error; `said` is its own word. */
export class GitFailure extends UserError {
  readonly said: string

  constructor(command: string, said: string, cause?: unknown) {
    super(gitErrors['git-failed'], `git ${command} failed`, { cause: plainLines(said), origin: cause })
    this.name = 'GitFailure'
    this.said = said
  }
}

// What locates a repository or reads a path otherwise belongs to the caller's own git (a hook sets these), never
// to the clone that we name.
const locators =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH|EDITOR|SEQUENCE_EDITOR|PAGER|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/

// Replacements are this clone's alone: what a tag names is the object itself.
const always = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_NO_REPLACE_OBJECTS: '1' }

/** Opens the clone that holds a folder. A shallow clone is refused: its history ends where it was cut. */
export async function openGit(
  folder: string,
  environment: Record<string, string>,
  shallowClone: 'refused' | 'allowed' = 'refused',
): Promise<Git> {
  const inside = runner(folder, environment)
  const asked = ['rev-parse', '--show-toplevel', '--is-shallow-repository', '--show-object-format']
  const answer = await inside(asked).catch(error => {
    if (/spawn git ENOENT/.test(String(error.said))) throw noGit(error)
    throw new UserError(gitErrors['git-not-a-repository'], 'this is not a git repository that can be used', {
      cause: error instanceof GitFailure ? error.cause : String(error),
      remedy: 'Run it in a clone of your repository.',
      origin: error,
    })
  })
  const [root = folder, shallow, format] = answer.trimEnd().split('\n')
  if (shallow === 'true' && shallowClone === 'refused') {
    throw new UserError(
      gitErrors['git-shallow-clone'],
      'this clone is shallow: its history is cut, so no source commit can be found',
      {
        remedy: 'git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)',
      },
    )
  }
  if (format !== 'sha1') {
    throw new UserError(
      gitErrors['git-object-format'],
      `this repository names its objects by ${format === 'sha256' ? 'SHA-256' : quote(String(format))}`,
      {
        cause: 'commits are named by the 40 digits of a SHA-1 here, in artifacts, records and pins',
        remedy: 'Use a repository that git init made with --object-format=sha1, its default.',
      },
    )
  }
  return { root, run: runner(root, environment) }
}

function noGit(cause: unknown): UserError {
  return new UserError(gitErrors['git-missing'], 'git is not on the PATH', {
    remedy: 'Install git, then run this again.',
    origin: cause,
  })
}

// More processes at once only take turns.
const mostAtOnce = 8

function runner(folder: string, environment: Record<string, string>): Git['run'] {
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !locators.test(name)))
  const slots = pLimit(mostAtOnce)
  return (args, extra = {}) =>
    slots(async () => {
      const variables = { ...inherited, ...always, ...extra.environment }
      const options: Partial<SimpleGitOptions> = {
        baseDir: folder,
        allowEnvironment: Object.keys(variables),
        // Until the output has ended: at the exit some of it may still be unread.
        completion: { onClose: true, onExit: false },
        errors: (error, { exitCode, stdOut, stdErr }) =>
          error ?? failure(args, exitCode, Buffer.concat([...stdOut, ...stdErr])),
        // The environment is the user's own, and no argument of ours comes unparsed from outside.
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
        return await simpleGit(options)
          .env(variables)
          .raw([...args])
      } catch (error) {
        if (error instanceof GitError)
          throw new GitFailure(args[0] ?? '', withoutPasswords(error.message.trim()), error)
        throw error
      }
    })
}

// git leaves them out of its own messages, but not of a trace (GIT_TRACE=1), and a server can repeat them.
function withoutPasswords(said: string): string {
  return said.replace(/:\/\/[^\s/]*@/g, '://')
}

// Without this a failure that says nothing, or git killed halfway, would pass for success (simple-git's default).
function failure(args: readonly string[], exitCode: number | null, said: Buffer): Buffer | undefined {
  if (exitCode === 0) return undefined
  return said.length > 0 ? said : Buffer.from(`git ${args[0]} ended with ${exitCode ?? 'a signal'}`)
}

/** The commit that HEAD names. */
export async function headCommit(git: Git): Promise<CommitSha> {
  const head = await resolveCommit(git, 'HEAD')
  if (head === undefined)
    throw new UserError(gitErrors['git-no-commits'], 'this repository has no commit yet', {
      remedy: 'Commit something first.',
    })
  return head
}

/** The commit that a revision names, here in this clone; undefined when there is none. */
export async function resolveCommit(git: Git, revision: string): Promise<CommitSha | undefined> {
  if (revision.includes('\0')) return undefined
  const answer = await git
    .run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
    .catch(() => '')
  const commit = answer.trim()
  return isCommitSha(commit) ? commit : undefined
}

/** When a commit was made, in seconds since 1970. */
export async function commitTime(git: Git, commit: CommitSha): Promise<string> {
  return (await git.run(['show', '--no-patch', '--no-show-signature', '--format=%ct', commit])).trim()
}

/** The text of a file at a commit; undefined when there is no such file. */
export async function readAt(git: Git, commit: CommitSha, path: string): Promise<string | undefined> {
  const listed = await git.run(['ls-tree', '-z', commit, '--', path])
  const [, type, object] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(listed) ?? []
  return type === 'blob' && object !== undefined ? await git.run(['cat-file', 'blob', object]) : undefined
}

/** Every file below a folder at a commit. */
export async function filesAt(git: Git, commit: CommitSha, folder: string): Promise<string[]> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--name-only', commit, '--', folder])
  return listed.split('\0').filter(Boolean)
}

/** The folders of services at a commit: those of `services/` that hold a service.json. */
export async function serviceFoldersAt(git: Git, commit: CommitSha): Promise<string[]> {
  const files = await filesAt(git, commit, 'services/')
  return files.flatMap(path => /^services\/([^/]+)\/service\.json$/.exec(path)?.[1] ?? [])
}

/**
 * Every path with a change that is not committed, untracked files included and ignored ones not; also those that
 * git was told to overlook or to leave out of the work tree, since it cannot tell whether they have one.
 */
export async function uncommittedPaths(git: Git): Promise<string[]> {
  const status = await git.run([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=none',
  ])
  const tracked = await git.run(['ls-files', '-v', '-z'])
  const overlooked = tracked.split('\0').filter(entry => /^[a-zS] /.test(entry))
  const changed = status.split('\0').filter(Boolean)
  return [...changed.map(entry => entry.slice(3)), ...overlooked.map(entry => entry.slice(2))]
}

/** The files below a folder that git tracks. */
export async function trackedFiles(git: Git, folder: string): Promise<string[]> {
  const listed = await git.run(['ls-files', '-z', '--', `:(literal)${folder}`])
  return listed.split('\0').filter(Boolean)
}

/** Who works in this clone, as `Name <address>`. */
export async function identity(git: Git): Promise<string> {
  const ident = await git.run(['var', 'GIT_COMMITTER_IDENT'])
  return ident.replace(/ [0-9]+ [+-][0-9]{4}\s*$/, '')
}

/** The error for a revision that names no commit here. */
export function unknownCommit(revision: string): UserError {
  return new UserError(gitErrors['git-unknown-commit'], `${quote(revision)} names no commit in this clone`, {
    remedy: 'git fetch, and check the name; COMMIT takes anything that git rev-parse understands.',
  })
}
