import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkPackages } from '../support/linked-packages.ts'
import { type Outcome, projectRoot, run } from '../support/run.ts'
import type { Version } from './versions.ts'

type Surroundings = {
  /** The repository that has the version; this one by default. */
  readonly repository?: string
  readonly progress: (text: string) => void
  /** Takes what removes the version, before all of it is there: the process can be stopped at any time. */
  readonly onFinished: (remove: () => void) => void
}

// As long as a slow network may take to send all packages.
const longestMs = 15 * 60_000

/** Exports the version of a commit or tag to a folder of its own and gives it its packages, or says why it cannot. */
export async function openEarlier(
  name: string,
  { repository = projectRoot, progress, onFinished }: Surroundings,
): Promise<Version | { readonly fault: string }> {
  const quoted = JSON.stringify(name)
  const commit = await idOf(repository, `${name}^{commit}`)
  if (commit === undefined)
    return { fault: `AGAINST names no commit of this clone: ${quoted}. If it is elsewhere, fetch it first.` }
  for (const path of ['scripts', 'package-lock.json'])
    if ((await idOf(repository, `${commit}:${path}`)) === undefined)
      return { fault: `AGAINST: there is no ${path} in ${quoted}, so nothing of it can be measured.` }
  const folder = mkdtempSync(join(tmpdir(), 'waybill-against-'))
  onFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const root = join(folder, 'waybill')
  const failure = (await exportTo(root, repository, commit)) ?? (await addPackages(root, name, progress))
  return failure === undefined ? { name, root } : { fault: `AGAINST: ${quoted} cannot be set up: ${failure}` }
}

/** The id of an object, or undefined where the repository has none of that name. */
async function idOf(repository: string, object: string): Promise<string | undefined> {
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', object]
  const { code, stdout } = await start('git', words, repository)
  return code === 0 ? stdout.trim() : undefined
}

async function exportTo(root: string, repository: string, commit: string): Promise<string | undefined> {
  const file = `${root}.tar`
  await mkdir(root)
  const archived = await start('git', ['archive', '--format=tar', `--output=${file}`, commit], repository)
  return failureOf(archived) ?? failureOf(await start('tar', ['-xf', file], root))
}

/** Links our packages where the version has the same, and installs its own where it does not. */
async function addPackages(
  root: string,
  name: string,
  progress: Surroundings['progress'],
): Promise<string | undefined> {
  const locks = [projectRoot, root].map(folder => readFile(join(folder, 'package-lock.json'), 'utf8'))
  const [ours, theirs] = await Promise.all(locks)
  if (ours === theirs) {
    await linkPackages(root)
    return undefined
  }
  progress(`installing the packages of ${name}`)
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  // npm's own compiled code is removed with the version.
  return failureOf(await start('npm', ['ci', ...flags], root, { NODE_COMPILE_CACHE: `${root}.cache` }))
}

/** What a program said that failed. */
function failureOf({ code, stdout, stderr }: Outcome): string | undefined {
  return code === 0 ? undefined : `${stderr}${stdout}`.trim() || `a program ended with ${code}`
}

/** Runs a program as the person would who runs the bench. */
function start(
  program: string,
  words: readonly string[],
  cwd: string,
  more: Record<string, string> = {},
): Promise<Outcome> {
  const env = { ...(process.env as Record<string, string>), ...more }
  return run(program, words, { cwd, env, timeout: longestMs })
}
