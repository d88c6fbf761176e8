import type { CommitSha, ObjectId } from '../../names/commit.ts'
import type { HistoryEntry } from '../history-entry.ts'
import type { Git } from './git.ts'
import { knownHistory } from './history.ts'
import { isCommit } from './revisions.ts'

/** Those of some objects that are commits of this clone, and ancestors of one of others, or one of these. */
export async function ancestorsAmong(
  git: Git,
  objects: readonly ObjectId[],
  of: readonly CommitSha[],
): Promise<ReadonlySet<ObjectId>> {
  const commits = await commitsAmong(git, objects)
  const known = new Set(of.flatMap(start => [...line(knownHistory(git), start)]))
  const open = commits.difference(known)
  if (open.size === 0) return commits
  const outside = await list(git, [], [...open, ...of.map(one => `^${one}`)])
  return commits.difference(outside.intersection(open))
}

/**
 * Those of some commits that have another in their history, or are that commit. One that is not in this clone may have it,
 * and counts.
 */
export async function commitsContaining(
  git: Git,
  commit: CommitSha,
  commits: readonly CommitSha[],
): Promise<ReadonlySet<CommitSha>> {
  const known = knownHistory(git)
  const older = new Set(line(known, commit))
  older.delete(commit)
  const newer = new Set<CommitSha>()
  const open: CommitSha[] = []
  for (const one of new Set(commits)) {
    if (older.has(one)) continue
    if (isOnLine(known, commit, one)) newer.add(one)
    else open.push(one)
  }
  const present = await commitsAmong(git, open)
  const absent = new Set(open).difference(present)
  if (present.size === 0) return newer.union(absent)
  const after = await list(git, ['--ancestry-path'], [...present, `^${commit}`])
  return newer.union(absent).union(after.intersection(present))
}

async function commitsAmong(git: Git, objects: readonly ObjectId[]): Promise<ReadonlySet<CommitSha>> {
  const unique = [...new Set(objects)]
  const kinds = await Promise.all(unique.map(one => isCommit(git, one)))
  return new Set(unique.filter((_, index) => kinds[index]) as CommitSha[])
}

async function list(
  git: Git,
  options: readonly string[],
  input: readonly string[],
): Promise<ReadonlySet<CommitSha>> {
  const said = await git.run(['rev-list', ...options, '--stdin'], { input: `${input.join('\n')}\n` })
  return new Set(said.split('\n').filter(Boolean) as CommitSha[])
}

type Known = ReadonlyMap<CommitSha, HistoryEntry>

/** The first-parent line from a commit, as far as it is known. */
function* line(known: Known, from: CommitSha): Generator<CommitSha> {
  for (let at: CommitSha | undefined = from; at !== undefined; at = known.get(at)?.parent) yield at
}

function isOnLine(known: Known, commit: CommitSha, from: CommitSha): boolean {
  for (const one of line(known, from)) if (one === commit) return true
  return false
}
