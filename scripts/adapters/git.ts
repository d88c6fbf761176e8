import { GitError, type SimpleGitOptions, simpleGit } from 'simple-git'
import { type CommitSha, isCommitSha } from '../core/commit.ts'
import { plainLines, quote } from '../core/printable.ts'
import type { HistoryEntry } from '../core/source-commit.ts'
import { UserError } from '../core/user-error.ts'

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

/** git ended with an error; the message is what it said. */
export class GitFailure extends Error {
  override name = 'GitFailure'
}

// What locates a repository belongs to the caller's own git (a hook sets these), never to the clone that we name.
const locators =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|COMMON_DIR|PREFIX|QUARANTINE_PATH|EDITOR|SEQUENCE_EDITOR|PAGER)$/

/** Opens the clone that holds a folder. A shallow clone is refused: its history ends where it was cut. */
export async function openGit(folder: string, environment: Record<string, string>): Promise<Git> {
  const inside = runner(folder, environment)
  const answer = await inside(['rev-parse', '--show-toplevel', '--is-shallow-repository']).catch(error => {
    throw new UserError('this is not a git repository that can be used', {
      reason: plainLines(String(error.message)),
      remedy: 'Run it in a clone of your repository.',
      cause: error,
    })
  })
  const [root = folder, shallow] = answer.trimEnd().split('\n')
  if (shallow === 'true') {
    throw new UserError('this clone is shallow: its history is cut, so no source commit can be found', {
      remedy: 'git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0)',
    })
  }
  return { root, run: runner(root, environment) }
}

function runner(folder: string, environment: Record<string, string>): Git['run'] {
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !locators.test(name)))
  return async (args, extra = {}) => {
    const variables = { ...inherited, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...extra.environment }
    const options: Partial<SimpleGitOptions> = {
      baseDir: folder,
      allowEnvironment: Object.keys(variables),
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
      if (error instanceof GitError) throw new GitFailure(error.message.trim(), { cause: error })
      throw error
    }
  }
}

/** The commit that HEAD names. */
export async function headCommit(git: Git): Promise<CommitSha> {
  const head = await resolveCommit(git, 'HEAD')
  if (head === undefined)
    throw new UserError('this repository has no commit yet', { remedy: 'Commit something first.' })
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

/** The folders of services at a commit: those of `services/` that hold a service.json. */
export async function serviceFoldersAt(git: Git, commit: CommitSha): Promise<string[]> {
  const listed = await git.run(['ls-tree', '-r', '-z', '--name-only', commit, '--', 'services/'])
  return listed.split('\0').flatMap(path => /^services\/([^/]+)\/service\.json$/.exec(path)?.[1] ?? [])
}

/** Every path with a change that is not committed, untracked files included and ignored ones not. */
export async function uncommittedPaths(git: Git): Promise<string[]> {
  const status = await git.run([
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=none',
  ])
  return status
    .split('\0')
    .filter(Boolean)
    .map(entry => entry.slice(3))
}

/** The files below a folder that git tracks. */
export async function trackedFiles(git: Git, folder: string): Promise<string[]> {
  const listed = await git.run(['ls-files', '-z', '--', `:(literal)${folder}`])
  return listed.split('\0').filter(Boolean)
}

const firstPage = 200

/**
 * The first-parent history from a commit, newest first, in pages that grow, so that one pass serves all
 * services and stops early. A merge's paths are those in which it differs from its first parent.
 */
export async function* history(git: Git, from: CommitSha): AsyncGenerator<HistoryEntry[]> {
  let start: string = from
  for (let size = firstPage; ; size *= 4) {
    const output = await git.run([
      '-c',
      'log.showRoot=true',
      'log',
      ...historyOptions,
      `--max-count=${size}`,
      start,
      '--',
    ])
    const entries = parseHistory(output)
    yield entries
    const last = entries.at(-1)
    if (last === undefined || entries.length < size) return
    const parent = await resolveCommit(git, `${last.commit}^1`)
    if (parent === undefined) return
    start = parent
  }
}

const historyOptions = [
  '--first-parent',
  '--diff-merges=first-parent',
  '--no-renames',
  '--name-only',
  '-z',
  '--no-ext-diff',
  '--no-show-signature',
  '--ignore-submodules=none',
  // A NUL in front of the commit: no path is empty, so an empty token always announces a commit.
  '--format=%x00%H',
]

function parseHistory(output: string): HistoryEntry[] {
  const entries: { commit: CommitSha; paths: string[] }[] = []
  const tokens = output.split('\0')
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as string
    if (token !== '') {
      entries.at(-1)?.paths.push(token.replace(/^\n/, ''))
      continue
    }
    const commit = tokens[++index]
    if (commit !== undefined && isCommitSha(commit)) entries.push({ commit, paths: [] })
  }
  return entries
}

/** Tells whether one commit is another or an ancestor of it. */
export async function isAncestor(git: Git, commit: CommitSha, of: CommitSha): Promise<boolean> {
  const between = await git.run(['rev-list', '--max-count=1', commit, `^${of}`, '--'])
  return between.trim() === ''
}

/** A commit for a list: its id and the first line of its message. */
export type Subject = {
  readonly commit: CommitSha
  readonly subject: string
  readonly paths: readonly string[]
}

/** The commits (merges left out) that `to` has and `from` has not, newest first, with the paths they changed. */
export async function commitsBetween(
  git: Git,
  from: CommitSha | undefined,
  to: CommitSha,
): Promise<Subject[]> {
  const range = from === undefined ? [to] : [to, `^${from}`]
  const options = historyOptions.filter(
    option => option !== '--first-parent' && !option.startsWith('--diff-merges'),
  )
  const output = await git.run(['-c', 'log.showRoot=true', 'log', ...options, '--no-merges', ...range, '--'])
  const entries = parseHistory(output)
  const subjects = await git.run([
    'log',
    '-z',
    '--no-show-signature',
    '--no-merges',
    '--format=%s',
    ...range,
    '--',
  ])
  const lines = subjects.split('\0')
  return entries.map((entry, index) => ({ ...entry, subject: lines[index] ?? '' }))
}

/** The error for a revision that names no commit here. */
export function unknownCommit(revision: string): UserError {
  return new UserError(`${quote(revision)} names no commit in this clone`, {
    remedy: 'git fetch, and check the name; COMMIT takes anything that git rev-parse understands.',
  })
}
