import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { canAccess } from '../../base/io/can-access.ts'
import type { Git } from './git.ts'

/** Why a tracked path is not here as it was committed, although git counts it as unchanged; and what brings it here. */
const reasons = {
  submodule: {
    what: 'a submodule that is not checked out',
    fetch:
      'git submodule update --init --recursive (in GitHub Actions: actions/checkout with submodules: recursive)',
  },
  'git-lfs': {
    what: 'a pointer of git-lfs in place of the file',
    fetch: 'git lfs install --local && git lfs pull (in GitHub Actions: actions/checkout with lfs: true)',
  },
  'git-crypt': { what: 'encrypted by git-crypt', fetch: 'git-crypt unlock' },
  lines: {
    what: 'with other line ends than it was committed with',
    fetch:
      'git config core.autocrlf false && git rm -r -q --cached . && git reset --hard (core.eol likewise)',
  },
} as const

/** A tracked path that is not here as it was committed. */
export type Unfetched = { readonly path: string } & (typeof reasons)[keyof typeof reasons]

type Clone = Pick<Git, 'root' | 'run'>

/** Finds everything that this clone did not fetch or has in another form, in submodules too. */
export async function findUnfetched(git: Clone): Promise<Unfetched[]> {
  const [submodules, filtered, lines] = await Promise.all([
    findSubmodules(git),
    findFiltered(git),
    findOtherLines(git),
  ])
  const found = await Promise.all(submodules.map(path => lookInSubmodule(git, path)))
  return [...found.flat(), ...filtered, ...lines]
}

async function lookInSubmodule(git: Clone, path: string): Promise<Unfetched[]> {
  const root = join(git.root, path)
  if (!(await canAccess(join(root, '.git')))) return [{ path, ...reasons.submodule }]
  const inside: Clone = { root, run: (args, extra) => git.run(['-C', path, ...args], extra) }
  return (await findUnfetched(inside)).map(one => ({ ...one, path: `${path}/${one.path}` }))
}

async function findSubmodules(git: Clone): Promise<string[]> {
  const listed = await git.run(['ls-files', '--stage', '-z'])
  return listed.split('\0').flatMap(entry => /^160000 [^\t]*\t(.*)$/s.exec(entry)?.[1] ?? [])
}

// What a file begins with that its filter did not turn into its content: git-lfs's pointers (git-lfs, docs/spec.md) and
// git-crypt's encrypted files (git-crypt, commands.cpp).
const stored = [
  { filter: 'lfs', begin: 'version https://git-lfs.github.com/spec/', reason: reasons['git-lfs'] },
  { filter: 'git-crypt', begin: '\0GITCRYPT\0', reason: reasons['git-crypt'] },
] as const

async function findFiltered(git: Clone): Promise<Unfetched[]> {
  const found = await Promise.all(
    stored.map(async ({ filter, begin, reason }) => {
      const listed = await git.run(['ls-files', '-z', '--', `:(top,attr:filter=${filter})`])
      const paths: Unfetched[] = []
      for (const path of listed.split('\0').filter(Boolean)) {
        if (await beginsWith(join(git.root, path), begin)) paths.push({ path, ...reason })
      }
      return paths
    }),
  )
  return found.flat()
}

async function beginsWith(file: string, begin: string): Promise<boolean> {
  // One that is gone, or that became something else, counts as changed.
  const opened = await open(file).catch(() => undefined)
  if (opened === undefined) return false
  try {
    const { buffer, bytesRead } = await opened.read({ buffer: Buffer.alloc(begin.length) })
    return buffer.toString('latin1', 0, bytesRead) === begin
  } finally {
    await opened.close()
  }
}

async function findOtherLines(git: Clone): Promise<Unfetched[]> {
  // Only these settings of a clone change line ends, and without them no file has to be read.
  const settings = await git.run(['config', '--get-regexp', '^core\\.(autocrlf|eol)$']).catch(() => '')
  if (!/^core\.(autocrlf true|eol crlf)$/m.test(settings)) return []
  const listed = await git.run(['ls-files', '--eol', '-z'])
  return listed.split('\0').flatMap(entry => {
    const [, attributes = '', path] =
      /^i\/(?:lf|mixed) +w\/(?:crlf|mixed) +attr\/([^\t]*)\t(.*)$/s.exec(entry) ?? []
    return path === undefined || /eol=crlf/.test(attributes) ? [] : [{ path, ...reasons.lines }]
  })
}
