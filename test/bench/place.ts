import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runAsText } from './programs.ts'
import type { Place } from './row.ts'
import type { Version } from './versions.ts'

/** Makes a place of its own for a row, in which it measures these versions. */
export async function openPlace(versions: readonly Version[]): Promise<Place & { close(): Promise<void> }> {
  const cleaners: (() => Promise<void>)[] = []
  const onFinished: Place['onFinished'] = clean => void cleaners.push(clean)
  const folder = await mkdtemp(join(tmpdir(), 'waybill-bench-'))
  onFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return {
    folder,
    onFinished,
    versions,
    has: async program => (await runAsText(program, ['--version'])) !== undefined,
    async close() {
      for (const clean of cleaners.toReversed()) await clean()
    },
  }
}
