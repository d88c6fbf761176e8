import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { type FileSystem, joinedHooks, packagesState } from '../../../scripts/base/program/joined-packages.ts'
import { joinedPackages } from '../../../scripts/base/program/place.ts'

const installed: FileSystem = {
  readFileSync: () =>
    JSON.stringify({ state: packagesState(installed), files: { zod: 'z.js', cdktf: 'c.js' } }),
  statSync: () => ({ mtimeMs: 1, size: 2 }),
}
const nothing = () => {
  throw new Error('ENOENT')
}

/** The URL of a module that somebody imports, or `elsewhere`. */
function resolved(name: string, parentURL: string | undefined, files = installed): string {
  const next = () => ({ url: 'elsewhere' })
  return joinedHooks(files).resolve?.(name, { parentURL }, next).url ?? 'no hooks'
}

const folder = pathToFileURL(joinedPackages).href
const own = 'file:///repository/scripts/pin.ts'
const inPackage = 'file:///repository/node_modules/other/index.js'

it.each([
  ['zod', own, `${folder}/z.js`],
  ['zod', undefined, `${folder}/z.js`],
  ['zod', inPackage, 'elsewhere'],
  ['cdktf', inPackage, `${folder}/c.js`],
  ['zod/mini', own, 'elsewhere'],
  ['./zod', own, 'elsewhere'],
  ['constructor', own, 'elsewhere'],
])('%s for %s is %s', (name, parent, url) => {
  expect(resolved(name, parent)).toBe(url)
})

it.each<[string, Partial<FileSystem>]>([
  ['there are none', { readFileSync: nothing }],
  ['their index is cut off', { readFileSync: () => '{"state": ' }],
  ['nothing is installed', { statSync: nothing }],
  ['npm has installed something since', { statSync: () => ({ mtimeMs: 3, size: 2 }) }],
])('none is used where %s', (_, change) => {
  expect(resolved('zod', own, { ...installed, ...change })).toBe('no hooks')
})
