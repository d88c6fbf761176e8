import { type CommitSha, isCommitSha } from '../core/commit.ts'
import type { HistoryEntry } from '../core/source-commit.ts'
import { type Git, resolveCommit } from './git.ts'

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
