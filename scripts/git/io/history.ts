import type { CommitSha } from '../../names/commit.ts'
import type { HistoryEntry } from '../history-entry.ts'
import type { Git } from './git.ts'
import { once } from './once.ts'

/** A part of the first-parent histories of some commits. */
export type HistoryWanted = {
  readonly from: readonly CommitSha[]
  /** How many commits at most. */
  readonly most: number
  /** Leaves out a commit and its whole history. */
  readonly below?: CommitSha | undefined
  /** Only commits that changed something in one of these folders or files. */
  readonly within?: readonly string[] | undefined
}

/**
 * Reads first-parent histories, newest commits first, each commit once though it is in several. A merge's paths are those
 * in which it differs from its first parent.
 */
export async function readHistory(
  git: Git,
  { from, most, below, within }: HistoryWanted,
): Promise<HistoryEntry[]> {
  const limits = within === undefined ? [] : ['--', ...within.map(path => `:(literal)${path}`)]
  const input = [...from, ...(below === undefined ? [] : [`^${below}`]), ...limits]
  const output = await git.run(
    ['log', '--first-parent', ...mergeOptions, ...historyOptions, `--max-count=${most}`, '--stdin'],
    {
      input: `${input.join('\n')}\n`,
    },
  )
  const entries = parseHistory(output)
  if (within === undefined) remember(git, entries)
  return entries
}

const histories = new WeakMap<Git, Map<CommitSha, HistoryEntry>>()

// Enough for what most releases are about, and a few megabytes.
const mostKnown = 5000

/** What was read of the history already, up to some thousand commits: it never changes. */
export function knownHistory(git: Git): ReadonlyMap<CommitSha, HistoryEntry> {
  return histories.get(git) ?? new Map()
}

function remember(git: Git, entries: readonly HistoryEntry[]): void {
  const known = histories.get(git) ?? new Map<CommitSha, HistoryEntry>()
  histories.set(git, known)
  for (const entry of entries) if (known.size < mostKnown) known.set(entry.commit, entry)
}

/** The first-parent history of a commit without the paths, which is far cheaper; begins with the commit itself. */
export async function firstParentLine(git: Git, from: CommitSha, most: number): Promise<CommitSha[]> {
  const listed = await git.run(['rev-list', '--first-parent', `--max-count=${most}`, from, '--'])
  return listed.split('\n').filter(Boolean) as CommitSha[]
}

const mergeOptions = ['--diff-merges=first-parent', '--no-follow']

const historyOptions = [
  '--no-renames',
  '--name-only',
  '-z',
  '--root',
  '--no-ext-diff',
  '-O/dev/null',
  '--no-show-signature',
  '--ignore-submodules=none',
  // No path begins with a slash, so it announces a commit.
  '--format=%x00/%H %P',
]

function parseHistory(output: string, { hasSubjects = false } = {}): (HistoryEntry & Subject)[] {
  const entries: { commit: CommitSha; parent: CommitSha | undefined; subject: string; paths: string[] }[] = []
  const tokens = output.split('\0').values()
  for (const token of tokens) {
    const paths = entries.at(-1)?.paths
    if (token.startsWith('/')) {
      const [commit, parent] = token.slice(1).split(' ') as CommitSha[]
      const subject = hasSubjects ? (tokens.next().value ?? '') : ''
      entries.push({ commit: commit as CommitSha, parent: parent || undefined, subject, paths: [] })
    }
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
): Promise<readonly Subject[]> {
  return await readBetween(git, from === undefined ? to : `${from}..${to}`)
}

const readBetween = once(async (git, range): Promise<readonly Subject[]> => {
  const options = historyOptions.map(option => (option.startsWith('--format=') ? `${option}%x00%s` : option))
  const output = await git.run(['log', ...options, '--diff-merges=combined', range, '--'])
  return parseHistory(output, { hasSubjects: true }).map(({ commit, subject, paths }) => ({
    commit,
    subject,
    paths,
  }))
})

/** The commits of a first-parent history or range that changed a path, newest first. */
export async function commitsChanging(git: Git, range: string, ...paths: string[]): Promise<CommitSha[]> {
  const asked = ['log', '--first-parent', '--no-show-signature', '--format=%H', range, '--', ...paths]
  return (await git.run(asked)).split('\n').filter(Boolean) as CommitSha[]
}
