import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTextFileIfAny } from '../../base/io/read-file.ts'
import { codeRoot, packageRoot } from '../../base/program/place.ts'
import { trackedFiles } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { copiedFiles } from '../copied.ts'
import { isTemplate, type Templates } from '../files.ts'

/** Reads Waybill's own workflows, which become those of the repository. */
export async function readTemplates(): Promise<Templates> {
  const below = await readdir(join(packageRoot, '.github'), { recursive: true, withFileTypes: true })
  const paths = below
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(packageRoot.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(isTemplate)
    .toSorted()
  return new Map(
    await Promise.all(
      paths.map(async path => [path, await readFile(join(packageRoot, path), 'utf8')] as const),
    ),
  )
}

/** The version of the Waybill that runs. */
export async function ownVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string })
    .version
}

/** Its changelog. */
export async function ownChangelog(): Promise<string> {
  return (await readTextFileIfAny(join(packageRoot, 'CHANGELOG.md'))) ?? ''
}

/** The files of a copy of Waybill that the repository holds, and all that it tracks. */
export async function findCopy(git: Git): Promise<{ copies: string[]; tracked: string[] }> {
  const [tracked, own] = await Promise.all([trackedFiles(git, '.'), ownFiles()])
  return { tracked, copies: copiedFiles(tracked, path => own.has(path)) }
}

/** The paths that this Waybill has in its own repository, as far as the package has them. */
async function ownFiles(): Promise<ReadonlySet<string>> {
  const running = await listed(codeRoot, ['scripts', 'cdktf', '.github/scripts'])
  const sources = running.filter(path => /\.[jt]s$/.test(path)).map(path => path.replace(/\.js$/, '.ts'))
  const kept = await listed(packageRoot, ['docs/schemas', '.github/scripts'])
  return new Set([
    ...sources,
    ...kept,
    'docs/errors.md',
    '.github/actions/prepare/action.yml',
    '.ci/package.json',
  ])
}

async function listed(root: string, folders: readonly string[]): Promise<string[]> {
  const entries = await Promise.all(
    folders.map(folder =>
      readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []),
    ),
  )
  return entries
    .flat()
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
}
