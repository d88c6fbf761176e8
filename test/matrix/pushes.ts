import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scene } from './scene.ts'

/** A moment around a push: before or after the remote accepts it, or while or after the clone writes a ref. */
export type Moment =
  | 'before the remote takes'
  | 'after the remote took'
  | 'while the clone makes'
  | 'after the clone made'

/**
 * Who dies: the command's process alone, so that git goes on without it, or its whole group, with git and, since
 * the remote is a folder, the remote's end of the connection.
 */
export type Victim = 'the process' | 'the whole group'

const hooks = {
  'before the remote takes': { name: 'pre-receive', where: 'remote', state: '' },
  'after the remote took': { name: 'post-receive', where: 'remote', state: '' },
  'while the clone makes': { name: 'reference-transaction', where: 'clone', state: 'prepared' },
  'after the clone made': { name: 'reference-transaction', where: 'clone', state: 'committed' },
} as const satisfies Record<Moment, { name: string; where: 'remote' | 'clone'; state: string }>

const counted = `grep -q refs/ || exit 0
echo push >> "$0.count"`

const killing = `
victim=$(cat "$0.victim" 2>/dev/null) || exit 0
[ "$(wc -l < "$0.count")" -eq "$(cat "$0.nth")" ] || exit 0
rm "$0.victim"
kill -9 "$victim"`

/** Makes a moment's hook count its calls, and kill at the `nth` (1, 2, …) once it knows what to kill. */
export async function writeKillingHook(scene: Scene, moment: Moment, nth: number): Promise<void> {
  const file = await hookFile(scene, moment)
  const inState = `[ "$1" = '${hooks[moment].state}' ] || exit 0`
  await writeFile(file, `#!/bin/sh\n${inState}\n${counted}${killing}\n`)
  await writeFile(`${file}.nth`, String(nth))
  await chmod(file, 0o755)
}

/** Tells a moment's hook which process to kill. */
export async function nameVictim(scene: Scene, moment: Moment, victim: Victim, pid: number): Promise<void> {
  const file = await hookFile(scene, moment)
  await writeFile(`${file}.victim`, victim === 'the process' ? String(pid) : String(-pid))
}

/** How often a moment's hook was called. */
export async function timesPassed(scene: Scene, moment: Moment): Promise<number> {
  const text = await readFile(`${await hookFile(scene, moment)}.count`, 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).length
}

async function hookFile(scene: Scene, moment: Moment): Promise<string> {
  const { name, where } = hooks[moment]
  const folder = where === 'remote' ? join(scene.remote, 'hooks') : join(scene.clone, '.git/hooks')
  await mkdir(folder, { recursive: true })
  return join(folder, name)
}
