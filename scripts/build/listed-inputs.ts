import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { firstFew, quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { isPathInRepository } from '../kinds/fields.ts'
import { type CommitSha, short } from '../names/commit.ts'
import type { ServiceName } from '../names/service-name.ts'
import { buildErrors } from './errors.ts'

/** Maximum number of paths that a command may list; a folder stands for all that is in it. */
const mostPaths = 50_000

/** The paths that a command printed, one a line, sorted; throws for those that are not in the commit. */
export function parseListed(service: ServiceName, printed: string, files: readonly string[]): string[] {
  const lines = printed.split('\n').map(line =>
    line
      .replace(/\r$/, '')
      .replace(/^(\.\/)+/, '')
      .replace(/\/+$/, ''),
  )
  const paths = [...new Set(lines.filter(Boolean))].toSorted()
  if (paths.length === 0) throw unusable(service, 'it printed nothing')
  if (paths.length > mostPaths) throw unusable(service, `it printed ${paths.length} paths`, 'Print folders.')
  const outside = paths.filter(path => !isPathInRepository(path) || path.includes('\r'))
  if (outside.length > 0)
    throw unusable(service, `not paths from the root of the repository: ${firstFew(outside.map(quote))}`)
  const known = withFolders(files)
  const unknown = paths.filter(path => !known.has(path))
  if (unknown.length === 0) return paths
  throw unusable(service, `git tracks no file there: ${firstFew(unknown.map(quote))}`)
}

function withFolders(files: readonly string[]): ReadonlySet<string> {
  const known = new Set(files)
  for (const path of files)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (known.has(path.slice(0, end))) break
      known.add(path.slice(0, end))
    }
  return known
}

/** Where the inputs that a service's command listed at a commit are stored. */
export function listedKey(service: ServiceName, commit: CommitSha): string {
  return `builds/inputs/${service}-${commit}.json`
}

const schema = z.strictObject({
  service: z.string(),
  commit: z.string(),
  paths: z.array(z.string().refine(isPathInRepository)).min(1).max(mostPaths),
})

/** Prints the listed inputs of a service at a commit; the same ones give the same bytes. */
export function printListed(service: ServiceName, commit: CommitSha, paths: readonly string[]): string {
  return `${JSON.stringify({ service, commit, paths })}\n`
}

/** Parses listed inputs; throws unless they are of this service and commit. */
export function parseStoredList(text: string, service: ServiceName, commit: CommitSha): readonly string[] {
  const name = listedKey(service, commit)
  const remedy = 'Find out who wrote it: make build does so once. Another commit gets a list of its own.'
  const list = parseJson(text, schema, { name, remedy })
  if (list.service === service && list.commit === commit) return list.paths
  throw new UserError(buildErrors['build-inputs'], `${name} is not the list of ${service}`, {
    cause: `it says ${quote(list.service)} at ${quote(list.commit)}`,
    remedy,
  })
}

/** The error for inputs that nobody has listed. */
export function notListed(service: ServiceName, commit: CommitSha): UserError {
  return new UserError(
    buildErrors['build-inputs-unknown'],
    `what ${service} is built from at ${short(commit)} is not known`,
    {
      cause: 'inputs.command lists it when the commit is built, and there is no usable list of a build there',
      remedy: `Wait for CI's build, or check that commit out and run: make build SERVICE=${service}`,
    },
  )
}

function unusable(service: ServiceName, cause: string, remedy?: string): UserError {
  return new UserError(
    buildErrors['build-inputs'],
    `inputs.command of ${service} did not list what it is built from`,
    { cause, remedy },
  )
}
