import DataLoader from 'dataloader'
import { isObjectId, type ObjectId } from '../../names/commit.ts'
import { type Git, ifGitFails } from './git.ts'
import { fetchLeftOut, wantsLeftOut } from './left-out.ts'

/** An object of this clone; `bytes` is left out where all that was asked for at once is too large to hold. */
export type FoundObject = {
  readonly id: ObjectId
  readonly type: string
  readonly bytes: Buffer | undefined
}

// What is small, and many: tags, commits, and files of a few kilobytes.
const mostBytes = 64 * 1024 ** 2
const mostAtOnce = 20_000

// A partial clone would otherwise fetch each missing object by itself; git 2.44 has a variable of its own for that.
const withoutFetching = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' }

const loaders = new WeakMap<Git, DataLoader<string, FoundObject | undefined>>()

/**
 * Reads an object of this clone by a revision; undefined where it is not here. All that is asked for at one moment is one
 * process, and what a partial clone left out of it is one fetch.
 */
export async function findObject(git: Git, revision: string): Promise<FoundObject | undefined> {
  // git reads one revision a line.
  if (/[\n\0]/.test(revision)) return undefined
  return await loaderOf(git).load(revision)
}

/** Lets the next process read objects that will be asked for after it. */
export function expectObjects(git: Git, revisions: Iterable<string>): void {
  // Whoever asks learns of a failure.
  for (const revision of revisions) findObject(git, revision).catch(() => {})
}

function loaderOf(git: Git): DataLoader<string, FoundObject | undefined> {
  const known = loaders.get(git)
  if (known !== undefined) return known
  const loader = new DataLoader(readAll, { maxBatchSize: mostAtOnce })
  loaders.set(git, loader)
  return loader

  async function readAll(revisions: readonly string[]): Promise<(FoundObject | undefined)[]> {
    const found = await readObjects(git, revisions)
    // Refs move, and what is missing may be fetched; the name of an object stands for the same for ever.
    for (const [index, revision] of revisions.entries())
      if (found[index] === undefined || !isObjectId(revision.slice(0, 40))) loader.clear(revision)
    return found
  }
}

async function readObjects(git: Git, revisions: readonly string[]): Promise<(FoundObject | undefined)[]> {
  const read = () => readAtOnce(git, revisions)
  // Before the read, since git goes through all that the clone has before it fails for want of a file. If this fails, the
  // read decides: it may need none of what could not be fetched.
  if (git.isPartial) await fetchLeftOut(git, revisions).catch(() => undefined)
  return await read().catch(async error => {
    if (!wantsLeftOut(error)) throw error
    await fetchLeftOut(git, revisions)
    return await read()
  })
}

async function readAtOnce(git: Git, revisions: readonly string[]): Promise<(FoundObject | undefined)[]> {
  const input = `${revisions.join('\n')}\n`
  const extra = { input, environment: withoutFetching }
  const whole = await git.catFile(['--batch'], { ...extra, mostBytes }).catch(error => {
    if (wantsLeftOut(error)) throw error
    return ifGitFails(undefined)(error)
  })
  if (whole !== undefined) return parseBatch(whole, revisions.length, true)
  return parseBatch(await git.catFile(['--batch-check'], extra), revisions.length, false)
}

/** Parses what `git cat-file --batch` answers: a line for each request, and after that of an object its bytes. */
function parseBatch(output: Buffer, count: number, hasBytes: boolean): (FoundObject | undefined)[] {
  const found: (FoundObject | undefined)[] = []
  for (let at = 0; found.length < count; ) {
    const end = output.indexOf('\n', at)
    if (end === -1) throw new TypeError(`git cat-file answered ${found.length} of ${count} requests`)
    const [, id = '', type = '', size] =
      /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(output.toString('latin1', at, end)) ?? []
    at = end + 1
    if (!isObjectId(id)) {
      found.push(undefined)
      continue
    }
    // A copy, since a part would hold all of the output in memory.
    const bytes = hasBytes ? Buffer.from(output.subarray(at, at + Number(size))) : undefined
    found.push({ id, type, bytes: isKept(type) ? bytes : undefined })
    if (hasBytes) at += Number(size) + 1
  }
  return found
}

// Of tags and commits only the type is asked for.
function isKept(type: string): boolean {
  return type === 'blob'
}
