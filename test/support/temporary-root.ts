import { execFile } from 'node:child_process'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const inMemory = '/dev/shm'
const enoughBytes = 4 * 1024 ** 3

/**
 * Where temporary folders go: what TMPDIR names, or else memory where this machine has enough of it. The tests make and
 * remove some hundred thousand small files, which takes a fifth of their time on a disk.
 */
export async function temporaryRoot(): Promise<string> {
  if (process.env.TMPDIR !== undefined) return tmpdir()
  return (await isUsable(inMemory)) ? inMemory : tmpdir()
}

/** Whether a folder has room, and lets programs in it run, which containers often forbid. */
async function isUsable(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < enoughBytes) return false
    return await runsPrograms(folder)
  } catch {
    return false
  }
}

async function runsPrograms(root: string): Promise<boolean> {
  const folder = await mkdtemp(join(root, 'waybill-'))
  try {
    const program = join(folder, 'program')
    await writeFile(program, '#!/bin/sh\n', { mode: 0o700 })
    await promisify(execFile)(program)
    return true
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
