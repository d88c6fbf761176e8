import { globMatcher, globStarts } from '../base/glob.ts'
import { quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { isOwnResource } from '../names/own-resources.ts'
import type { ServiceName } from '../names/service-name.ts'
import { catalogueErrors } from './errors.ts'
import type { ListedInputs, ServiceConfig } from './service-config.ts'

/** Whether a path, from the repository's root, is one of a service's inputs. */
export type InputsMatcher = (path: string) => boolean

/** The inputs of a service: what tells whether a path is one, and folders or files that hold all of them. */
export type Inputs = { readonly matches: InputsMatcher; readonly starts: readonly string[] }

/** The folder of all pins. */
export const pinsFolder = 'cdktf/pins/'

/** The inputs of a service that a command lists; undefined if globs say what they are. */
export function listedInputs({ inputs }: Pick<ServiceConfig, 'inputs'>): ListedInputs | undefined {
  return inputs !== undefined && 'command' in inputs ? inputs : undefined
}

/** The path of a service's service.json. */
export function serviceFile(service: ServiceName): string {
  return `services/${service}/service.json`
}

/**
 * The matcher of a service's inputs. Its service.json is always one of them, so that changing it makes a new build. Pins
 * and the resources that a repository adds to stacks never are: they change what is deployed, not what is built.
 */
export function inputsMatcher(service: ServiceName, config: Pick<ServiceConfig, 'inputs'>): InputsMatcher {
  const own = serviceFile(service)
  const listed = listedInputs(config)
  if (listed !== undefined) {
    const isListed = pathsMatcher(listed.paths)
    return path => path === own || (isBuilt(path) && isListed(path))
  }
  const globs = globsOf(config)
  const included = matcher(globs.filter(glob => !glob.startsWith('!')))
  const excluded = matcher(globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)))
  return path => path === own || (isBuilt(path) && included(path) && !excluded(path))
}

/** The inputs of a service; `''` among their starts is the whole repository. */
export function inputsOf(service: ServiceName, config: Pick<ServiceConfig, 'inputs'>): Inputs {
  const matches = inputsMatcher(service, config)
  const listed = listedInputs(config)
  if (listed !== undefined) return { matches, starts: [...(listed.paths ?? ['']), serviceFile(service)] }
  const included = globsOf(config).filter(glob => !glob.startsWith('!'))
  const starts = globStarts(
    included.map(glob => glob.replace(/\/+$/, '')),
    { braces: true },
  )
  return { matches, starts: [...starts, serviceFile(service)] }
}

/**
 * The error for inputs that cannot cause the builds that they should, given the paths of all files of a commit: globs
 * that match none of them, and globs whose brackets are more likely part of a name.
 */
export function refuseInputs(
  service: ServiceName,
  config: Pick<ServiceConfig, 'inputs'>,
  files: readonly string[],
): UserError | undefined {
  const faults = givenGlobs(config).flatMap(glob => faultOf(glob, files) ?? [])
  if (faults.length === 0) return undefined
  return new UserError(
    catalogueErrors['inputs-without-files'],
    `inputs of ${service} cannot be relied on: a change there would not be built`,
    { cause: faults.join('\n'), remedy: `Correct inputs in ${serviceFile(service)}, or leave the glob out.` },
  )
}

function globsOf(config: Pick<ServiceConfig, 'inputs'>): readonly string[] {
  return config.inputs === undefined ? ['**'] : givenGlobs(config)
}

function givenGlobs({ inputs = [] }: Pick<ServiceConfig, 'inputs'>): readonly string[] {
  return 'command' in inputs ? [] : inputs
}

/** What matches paths, and all below those that are folders. Until they are known, any path may be one. */
function pathsMatcher(paths: readonly string[] | undefined): InputsMatcher {
  if (paths === undefined) return () => true
  const listed = new Set(paths)
  return path => {
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
      if (listed.has(path.slice(0, end))) return true
    return listed.has(path)
  }
}

function isBuilt(path: string): boolean {
  return !path.startsWith(pinsFolder) && !isOwnResource(path)
}

function faultOf(glob: string, files: readonly string[]): string | undefined {
  // Exactly this path, brackets and all, is taken as it is.
  if (files.includes(glob)) return undefined
  // A class of characters in a glob, but a folder's name to Next.js; and of alternatives, one alone may match.
  if (glob.includes('[')) return `${quote(glob)} has brackets: write ? for each, as in "app/?id?/**"`
  if (glob.includes('{')) return `${quote(glob)} has braces: write each alternative as a glob of its own`
  if (glob.startsWith('!')) return undefined
  const matches = matcher([glob])
  if (files.some(path => isBuilt(path) && matches(path))) return undefined
  const submodule = files.find(path => glob.startsWith(`${path}/`))
  const hint = submodule === undefined ? '' : `; ${quote(submodule)} is a submodule or a file: name it alone`
  return `${quote(glob)} matches no file that git tracks${hint}`
}

// A folder means everything below it, written as `shared`, `shared/` or `shared/**`.
function matcher(globs: readonly string[]): InputsMatcher {
  const paths = globs.map(glob => glob.replace(/\/+$/, ''))
  const named = paths.filter(path => !/[*?[{][^/]*$/.test(path))
  return globMatcher([...paths, ...named.map(path => `${path}/**`)], { braces: true })
}
