import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Git } from '../../git/io/git.ts'
import { plainEnds, withEndsOf } from '../decide.ts'
import type { Merge } from '../upgrade.ts'

/** Merges the change from `base` to `next` into `present`, as git merges branches, and keeps the line ends that it has. */
export async function mergeFile(
  git: Git,
  texts: Merge & { versions: readonly [string, string] },
): Promise<Merged> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-merge-'))
  try {
    const [ours, base, theirs] = ['ours', 'base', 'theirs'].map(name => join(folder, name)) as [
      string,
      string,
      string,
    ]
    await writeFile(ours, plainEnds(texts.present))
    await writeFile(base, texts.base)
    await writeFile(theirs, texts.next)
    const labels = ['yours', `waybill ${texts.versions[0]}`, `waybill ${texts.versions[1]}`].flatMap(name => [
      '-L',
      name,
    ])
    const merging = git.run(['merge-file', '--diff3', '--quiet', ...labels, ours, base, theirs])
    const failed = await merging.then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    const text = await readFile(ours, 'utf8')
    const hasConflict = /^<{7} yours$/m.test(text)
    // Its exit code is the number of conflicts; without one, git has merged nothing.
    if (failed !== undefined && !hasConflict) throw failed.error
    return { text: withEndsOf(texts.present, text), hasConflict }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The merged text, with the marks of git where both changed the same lines. */
export type Merged = { readonly text: string; readonly hasConflict: boolean }
