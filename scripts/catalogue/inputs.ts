import picomatch from 'picomatch'
import type { ServiceName } from '../names/service-name.ts'
import type { ServiceConfig } from './service-config.ts'

/** Tells whether a path, from the repository's root, belongs to a service's inputs. */
export type InputsMatcher = (path: string) => boolean

// `s`: a file's name may hold a line break, and `.` has to match it.
const globOptions = { dot: true, nonegate: true, flags: 's' }
const pins = 'cdktf/pins/'

/** The path of a service's own declaration. */
export function serviceFile(service: ServiceName): string {
  return `services/${service}/service.json`
}

/**
 * The matcher of a service's inputs. Its service.json is always one of them, so that a change of what is
 * declared is a new build; pins never are, so that pinning builds nothing.
 */
export function inputsMatcher(service: ServiceName, config: Pick<ServiceConfig, 'inputs'>): InputsMatcher {
  const globs = config.inputs ?? ['**']
  const included = matcher(globs.filter(glob => !glob.startsWith('!')))
  const excluded = matcher(globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)))
  const own = serviceFile(service)
  return path => path === own || (!path.startsWith(pins) && included(path) && !excluded(path))
}

// A folder stands for all that is below it, written as `shared`, `shared/` or `shared/**`.
function matcher(globs: readonly string[]): InputsMatcher {
  const paths = globs.map(glob => glob.replace(/\/+$/, ''))
  const named = paths.filter(path => !/[*?[{][^/]*$/.test(path))
  return picomatch([...paths, ...named.map(path => `${path}/**`)], globOptions)
}
