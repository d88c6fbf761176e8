import { globSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'
import { type JoinedIndex, packagesState } from '../scripts/base/program/joined-packages.ts'
import { joinedPackages } from '../scripts/base/program/place.ts'
import { entryName, importsOf } from './imports.ts'

/*
 * Joins the packages that the commands and the synth import into a few files below node_modules, once they are installed.
 * `scripts/base/program/joined-packages.ts` says who uses them. The project's own code stays as it is, so it can be changed at
 * any time, and stack traces name it.
 */

const root = join(import.meta.dirname, '..')

/** Writes the joined packages and their index into a folder, whole or not at all. */
export async function joinPackages(folder: string): Promise<JoinedIndex> {
  const state = packagesState({ readFileSync, statSync })
  if (state === undefined) throw new Error('the packages are not installed')
  const code = globSync('{scripts,cdktf}/**/*.ts', { cwd: root }).map(file =>
    readFileSync(join(root, file), 'utf8'),
  )
  const names = [...new Set(code.flatMap(importsOf))].filter(name => !isOfNode(name)).toSorted()
  const bundle = await rolldown({
    input: Object.fromEntries(names.map(name => [entryName(name), `${entryPrefix}${name}`])),
    cwd: root,
    platform: 'node',
    plugins: [entries, places, noArchiver],
  })
  await mkdir(dirname(folder), { recursive: true })
  const made = await mkdtemp(`${folder}-`)
  try {
    await bundle.write({ dir: made, format: 'esm', minify: true })
    const files = Object.fromEntries(names.map(name => [name, `${entryName(name)}.js`]))
    const index: JoinedIndex = { state, files }
    await writeFile(join(made, 'index.json'), JSON.stringify(index))
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
    return index
  } finally {
    await bundle.close()
    await rm(made, { recursive: true, force: true })
  }
}

function isOfNode(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name)
}

const entryPrefix = 'joined:'

/** Modules that export what Node would let one import from a package; of a CommonJS package, all that it exports. */
const entries: Plugin = {
  name: 'entries',
  resolveId: id => (id.startsWith(entryPrefix) ? id : undefined),
  async load(id) {
    if (!id.startsWith(entryPrefix)) return undefined
    const name = id.slice(entryPrefix.length)
    const module = (await import(name)) as Record<string, unknown>
    const from = JSON.stringify(name)
    const all = module['module.exports'] as object | undefined
    if (all === undefined) {
      const base = 'default' in module ? `export { default } from ${from}\n` : ''
      return `${base}export * from ${from}`
    }
    const names = Object.keys(all).filter(one => one !== 'default' && one !== '__esModule')
    const lines = names.map((one, at) => {
      const quoted = JSON.stringify(one)
      return `const export${at} = all[${quoted}]\nexport { export${at} as ${quoted} }`
    })
    return [`import all from ${from}`, 'export default all', ...lines].join('\n')
  },
}

/** Lets a module know the place that it was taken from: CDKTF starts one of its files as a program. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    if (!/\b__(dirname|filename)\b/.test(code)) return undefined
    return `var __dirname = ${JSON.stringify(dirname(id))}, __filename = ${JSON.stringify(id)}; ${code}`
  },
}

// As cdktf/without-archiver.ts does.
const noArchiver: Plugin = {
  name: 'no-archiver',
  resolveId: id => (id === 'archiver' ? id : undefined),
  load: id =>
    id === 'archiver'
      ? "module.exports = () => { throw new TypeError('archiver is loaded only by a process that writes an archive') }"
      : undefined,
}

if (import.meta.main)
  await joinPackages(joinedPackages).catch((error: Error) => {
    // All works without them.
    process.stderr.write(`The packages were not joined, so commands start a little later: ${error.message}\n`)
  })
