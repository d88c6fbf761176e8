import type { CommitSha, ObjectId } from '../../names/commit.ts'
import type { HistoryEntry } from '../history-entry.ts'
import type { Git } from './git.ts'

const firstPage = 200

/**
 * The first-parent history from a commit, newest first, in growing pages, so that one pass serves all services and
 * stops early. A merge's paths are those in which it differs from its first parent.
 */
export async function* history(git: Git, from: CommitSha): AsyncGenerator<HistoryEntry[]> {
  let start = from
  for (let size = firstPage, skipped = 0; ; size *= 4, skipped = 1) {
    const output = await git.run([
      'log',
      ...historyOptions,
      `--max-count=${size}`,
      `--skip=${skipped}`,
      start,
      '--',
    ])
    const entries = parseHistory(output)
    yield entries
    const last = entries.at(-1)
    if (last === undefined || entries.length < size) return
    start = last.commit
  }
}

const historyOptions = [
  '--first-parent',
  '--diff-merges=first-parent',
  '--no-renames',
  '--name-only',
  '-z',
  '--root',
  '--no-ext-diff',
  '-O/dev/null',
  '--no-show-signature',
  '--ignore-submodules=none',
  // No path begins with a slash, so it announces a commit.
  '--format=%x00/%H',
]

function parseHistory(output: string): HistoryEntry[] {
  const entries: { commit: CommitSha; paths: string[] }[] = []
  for (const token of output.split('\0')) {
    const paths = entries.at(-1)?.paths
    if (token.startsWith('/')) entries.push({ commit: token.slice(1) as CommitSha, paths: [] })
    // git puts a line break before the first path; before a later one it belongs to the path.
    else if (token !== '') paths?.push(paths.length === 0 ? token.replace(/^\n/, '') : token)
  }
  return entries
}

/** Tells whether a commit is an ancestor of another, or that commit itself. */
export async function isAncestor(git: Git, commit: CommitSha, of: CommitSha): Promise<boolean> {
  const between = await git.run(['rev-list', '--count', '--max-count=1', commit, `^${of}`, '--'])
  return between.trim() === '0'
}

/** Those of some objects that are commits and ancestors of a commit, or that commit itself. */
export async function ancestorsAmong(
  git: Git,
  objects: readonly ObjectId[],
  of: CommitSha,
): Promise<ReadonlySet<ObjectId>> {
  if (objects.length === 0) return new Set()
  const list = async (options: readonly string[], input: readonly string[]) => {
    const said = await git.run(['rev-list', ...options, '--stdin'], { input: `${input.join('\n')}\n` })
    return said.split('\n') as ObjectId[]
  }
  const [commits, outside] = await Promise.all([
    list(['--no-walk'], objects),
    list([], [...objects, `^${of}`]),
  ])
  return new Set(commits).difference(new Set(outside))
}

/** The newest commit that two others have in common. */
export async function mergeBase(git: Git, a: CommitSha, b: CommitSha): Promise<CommitSha> {
  return (await git.run(['merge-base', a, b])).trim() as CommitSha
}

/** A commit for a list: its id and the first line of its message. */
export type Subject = {
  readonly commit: CommitSha
  readonly subject: string
  readonly paths: readonly string[]
}

/**
 * The commits that `to` has and `from` lacks, newest first, with the paths they changed. A merge's paths are those
 * that differ from all of its parents.
 */
export async function commitsBetween(
  git: Git,
  from: CommitSha | undefined,
  to: CommitSha,
): Promise<Subject[]> {
  const range = from === undefined ? [to, '--'] : [to, `^${from}`, '--']
  const options = historyOptions.filter(
    option => option !== '--first-parent' && !option.startsWith('--diff-merges'),
  )
  const merges = '--diff-merges=combined'
  const output = await git.run(['log', ...options, merges, ...range])
  const subjects = await git.run(['log', '-z', '--no-show-signature', '--format=%s', ...range])
  const lines = subjects.split('\0')
  return parseHistory(output).map((entry, index) => ({ ...entry, subject: lines[index] ?? '' }))
}

/** The commits of a first-parent history or range that changed a path, newest first. */
export async function commitsChanging(git: Git, range: string, ...paths: string[]): Promise<CommitSha[]> {
  const asked = ['log', '--first-parent', '--no-show-signature', '--format=%H', range, '--', ...paths]
  return (await git.run(asked)).split('\n').filter(Boolean) as CommitSha[]
}
