import { readFileSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bareEnvironment, projectRoot, run } from './run.ts'

/** The package.json of this repository, and so of the package. */
export const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  version: string
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  peerDependencies: Record<string, string>
}

/** What an installation without the stacks has beside it. */
export const dependencies = { ...manifest.dependencies, ...manifest.optionalDependencies }

const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'))

/** Packs this repository into a folder, and answers the path of the tarball. Compiles into dist/, so only once at a time. */
export async function pack(folder: string): Promise<string> {
  const env = { ...bareEnvironment(folder), npm_config_cache: join(folder, 'npm') }
  const packed = await run('npm', ['pack', '--pack-destination', folder], { cwd: projectRoot, env })
  if (packed.code !== 0) throw new Error(packed.stderr)
  return join(folder, `waybill-${manifest.version}.tgz`)
}

/** Installs the tarball in a repository as npm does, but with links to the packages that are here. */
export async function install(
  tarball: string,
  repository: string,
  packages: readonly string[],
): Promise<string> {
  const home = join(repository, 'node_modules', 'waybill')
  await mkdir(home, { recursive: true })
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1'], {
    cwd: repository,
    env: bareEnvironment(repository),
  })
  for (const name of closureOf(packages)) {
    const to = join(repository, 'node_modules', name)
    await mkdir(dirname(to), { recursive: true })
    await symlink(join(projectRoot, 'node_modules', name), to)
  }
  return home
}

/** The packages that these bring along, and they themselves; all stand at the top of node_modules. */
export function closureOf(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    closureOf(Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}), found)
  }
  return found
}
