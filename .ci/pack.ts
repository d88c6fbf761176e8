import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'
import { type OutputChunk, rolldown } from 'rolldown'
import { bundle } from '../services/guardian/bundle.ts'
import { entryName, imported, importsOf } from './imports.ts'

/*
 * Compiles the package into dist/: JavaScript, source maps, the types of what it offers, and the small packages that it
 * brings along, so that installing it adds the AWS clients and little else. `npm pack` runs it.
 */

type Manifest = Record<'dependencies' | 'optionalDependencies' | 'peerDependencies', Record<string, string>>

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const vendor = join(dist, 'vendor')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const installed = Object.keys({
  ...manifest.dependencies,
  ...manifest.optionalDependencies,
  ...manifest.peerDependencies,
})

rmSync(dist, { recursive: true, force: true })
for (const config of ['tsconfig.build.json', 'tsconfig.types.json'])
  execFileSync(process.execPath, [compiler(), '-p', join(import.meta.dirname, config)], { stdio: 'inherit' })
await writeGuardian()
const files = globSync('{scripts,cdktf,.github}/**/*.js', { cwd: dist }).map(file => join(dist, file))
const brought = await bring([...new Set(files.flatMap(bareImports))])
for (const file of files) pointTo(brought, file)
for (const map of globSync('**/*.js.map', { cwd: dist })) keepLines(join(dist, map))

/** Keeps of a source map which line is which, as stack traces say it: the columns would be a quarter of the package. */
function keepLines(file: string): void {
  const { mappings, ...map } = JSON.parse(readFileSync(file, 'utf8')) as { mappings: string }
  const lines = decode(mappings).map(segments => segments.slice(0, 1))
  writeFileSync(file, JSON.stringify({ ...map, mappings: encode(lines) }))
}

/** The guardian's code, for repositories whose guardian is the package's own. */
async function writeGuardian(): Promise<void> {
  const folder = join(dist, 'guardian')
  const { code } = await bundle()
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.js'), code)
  copyFileSync(join(root, 'services/guardian/package.json'), join(folder, 'package.json'))
}

function compiler(): string {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', 'typescript', 'package.json'), 'utf8'))
  return join(root, 'node_modules', 'typescript', bin.tsc)
}

/** The packages that a file imports and that an installation would not have. */
function bareImports(file: string): string[] {
  return importsOf(readFileSync(file, 'utf8')).filter(name => !isThere(name))
}

function isThere(name: string): boolean {
  return (
    name.startsWith('node:') ||
    builtinModules.includes(name) ||
    installed.some(one => name === one || name.startsWith(`${one}/`))
  )
}

/** Writes what the names stand for to dist/vendor, with its licenses. Answers the file of each name. */
async function bring(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const entries = new Map(names.map(name => [name, entryName(name)]))
  const bundle = await rolldown({
    input: Object.fromEntries([...entries].map(([name, entry]) => [entry, name])),
    cwd: root,
    platform: 'node',
    external: isThere,
  })
  const { output } = await bundle.write({ dir: vendor, format: 'esm', minify: true })
  await bundle.close()
  writeFileSync(join(vendor, 'LICENSES'), licensesOf(output.filter(one => one.type === 'chunk')))
  return new Map([...entries].map(([name, entry]) => [name, join(vendor, `${entry}.js`)]))
}

function licensesOf(chunks: readonly OutputChunk[]): string {
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds)
  const folders = new Set(
    modules.flatMap(id => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll(sep, '/')) ?? []),
  )
  return [...folders]
    .toSorted()
    .map(folder => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const [text] = globSync('{LICEN,licen}[CScs][Ee]*', { cwd: folder })
      const full = text === undefined ? '' : `\n${readFileSync(join(folder, text), 'utf8').trim()}\n`
      return `${name} ${version} (${license})\n${full}`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function pointTo(brought: ReadonlyMap<string, string>, file: string): void {
  const text = readFileSync(file, 'utf8')
  const pointed = text.replace(imported, (whole, lead, quote, name) => {
    const target = brought.get(name)
    if (target === undefined) return whole
    const path = relative(dirname(file), target).replaceAll(sep, '/')
    return `${lead}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`
  })
  if (pointed !== text) writeFileSync(file, pointed)
}
