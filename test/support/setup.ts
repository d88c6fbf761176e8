import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openTemplates } from './templates.ts'
import { temporaryRoot } from './temporary-root.ts'

/**
 * What vitest calls once a run, before the first test; it calls what that answers after the last. All that tests write goes
 * below one folder, which has to be empty in the end.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await temporaryRoot(), 'waybill-'))
  process.env.TMPDIR = folder
  const closeTemplates = await openTemplates()
  return async () => {
    await closeTemplates()
    const left = await readdir(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    if (left.length === 0) return
    // An error that is thrown here would be printed, and vitest would end with 0.
    process.exitCode = 1
    process.stderr.write(`tests left these behind: ${left.join(', ')}\n`)
  }
}
