import { open, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Git } from '../../../git/io/git.ts'
import { firstParentLine } from '../../../git/io/history.ts'
import { resolveCommit } from '../../../git/io/revisions.ts'

// From here on a search through the whole history takes seconds.
const longHistory = 50_000

/** Tells whether the history is so long that git should have the Bloom filters of changed paths, and has none. */
export async function lacksBloomFilters(git: Git, long = longHistory): Promise<boolean> {
  const head = await resolveCommit(git, 'HEAD')
  if (head === undefined || (await firstParentLine(git, head, long)).length < long) return false
  const folder = resolve(git.root, (await git.run(['rev-parse', '--git-path', 'objects/info'])).trim())
  const chain = await readFile(join(folder, 'commit-graphs', 'commit-graph-chain'), 'utf8').catch(() => '')
  const layers = chain.split('\n').filter(Boolean)
  const files = ['commit-graph', ...layers.map(hash => join('commit-graphs', `graph-${hash}.graph`))]
  const have = await Promise.all(files.map(file => hasFilters(join(folder, file))))
  return !have.includes(true)
}

// gitformat-commit-graph(5): a header of 8 bytes, then 12 bytes for each chunk; that of the filters' index is `BIDX`.
async function hasFilters(file: string): Promise<boolean> {
  const opened = await open(file).catch(() => undefined)
  if (opened === undefined) return false
  try {
    const { buffer } = await opened.read({ buffer: Buffer.alloc(8 + 12 * 32) })
    const chunks = buffer[6] ?? 0
    return Array.from({ length: chunks }, (_, index) =>
      buffer.toString('latin1', 8 + 12 * index, 12 + 12 * index),
    ).includes('BIDX')
  } finally {
    await opened.close()
  }
}
