import picomatch from 'picomatch'
import type { ServiceName } from '../names/service-name.ts'
import type { ServiceConfig } from './service-config.ts'

/** Whether a path, from the repository's root, is one of a service's inputs. */
export type InputsMatcher = (path: string) => boolean

// `s`: a file name may contain a line break, and `.` must match it.
const globOptions = { dot: true, nonegate: true, flags: 's' }
const pins = 'cdktf/pins/'

/** The path of a service's service.json. */
export function serviceFile(service: ServiceName): string {
  return `services/${service}/service.json`
}

/**
 * The matcher of a service's inputs. Its service.json is always one of them, so that changing it makes a new build; pins
 * never are, so that pinning builds nothing.
 */
export function inputsMatcher(service: ServiceName, config: Pick<ServiceConfig, 'inputs'>): InputsMatcher {
  const globs = config.inputs ?? ['**']
  const included = matcher(globs.filter(glob => !glob.startsWith('!')))
  const excluded = matcher(globs.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)))
  const own = serviceFile(service)
  return path => path === own || (!path.startsWith(pins) && included(path) && !excluded(path))
}

// A folder means everything below it, written as `shared`, `shared/` or `shared/**`.
function matcher(globs: readonly string[]): InputsMatcher {
  const paths = globs.map(glob => glob.replace(/\/+$/, ''))
  const named = paths.filter(path => !/[*?[{][^/]*$/.test(path))
  return picomatch([...paths, ...named.map(path => `${path}/**`)], globOptions)
}
