// Waybill runs from its TypeScript here, and from dist/ in a repository that has installed it.
const extension = /\.\w+$/.exec(import.meta.filename)?.[0] ?? ''
/** Whether Waybill runs as an installed package. */
export const isInstalled = extension === '.js'
/** The folder that has scripts/ and cdktf/, as they run. */
export const codeRoot = import.meta.dirname.replace(/[\\/]scripts[\\/]base[\\/]program$/, '')

/** The folder of Waybill's package.json. */
export const packageRoot = isInstalled ? codeRoot.replace(/[\\/]dist$/, '') : codeRoot

/** The folder of the published schemas, from the root of the repository that is worked on. */
export const schemasFolder = isInstalled ? 'node_modules/waybill/docs/schemas' : 'docs/schemas'

/** Where compiled code is kept from run to run: in the node_modules that has Waybill's packages. */
export const compileCache = isInstalled
  ? packageRoot.replace(/[\\/][^\\/]+$/, '/.cache/node')
  : `${packageRoot}/node_modules/.cache/node`

/** Where `make installed` puts the packages that it joins, if it does: `.ci/join-packages.ts`. */
export const joinedPackages = `${packageRoot}/node_modules/.cache/joined`

/** The path of a module of Waybill, named without its extension, as in `cdktf/main`. */
export function programFile(module: string): string {
  return `${codeRoot}/${module}${extension}`
}
