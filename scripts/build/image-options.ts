import { count } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import type { ImageServiceConfig } from '../catalogue/service-config.ts'
import type { ImageBuild } from '../kinds/fields.ts'
import { buildErrors } from './errors.ts'
import type { Build } from './selection.ts'

/** Where docker finds a secret. */
export type SecretPlace = { readonly id: string } & (
  | { readonly variable: string }
  | { readonly file: string }
)

/** What service.json says about docker's build, with what it names in the job's environment. */
export type ImageOptions = {
  /** Values of ARGs; they are kept in the image, so none is a secret. */
  readonly args: Readonly<Record<string, string>>
  readonly target: string | undefined
  /** Where secrets are: never a secret itself. */
  readonly secrets: readonly SecretPlace[]
  readonly cacheFrom: readonly string[]
  readonly cacheTo: readonly string[]
  /** Further variables that docker gets. */
  readonly variables: Readonly<Record<string, string>>
}

/** Looks up what docker is told; throws when service.json names variables that the job has not set. */
export function imageOptions(
  { service, config }: Pick<Build, 'service' | 'config'>,
  environment: Readonly<Record<string, string>>,
): ImageOptions {
  const { build } = config as ImageServiceConfig
  const { args = {}, target, secrets = {}, cacheFrom = [], cacheTo = [] } = build
  requireVariables(service, build, environment)
  return {
    args: Object.fromEntries(
      Object.entries(args).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : (environment[value.variable] ?? ''),
      ]),
    ),
    target,
    secrets: Object.entries(secrets).map(([id, place]) => ({ id, ...place })),
    cacheFrom,
    cacheTo,
    variables: cacheVariables([...cacheFrom, ...cacheTo], environment),
  }
}

function requireVariables(
  service: string,
  { args = {}, secrets = {} }: ImageBuild,
  environment: Readonly<Record<string, string>>,
): void {
  const named = [
    ...Object.entries(args).map(([name, value]) => [`build.args.${name}`, value] as const),
    ...Object.entries(secrets).map(([id, value]) => [`build.secrets.${id}`, value] as const),
  ]
  const missing = named.flatMap(([field, value]) =>
    typeof value !== 'string' && 'variable' in value && environment[value.variable] === undefined
      ? [`${field} is the value of ${value.variable}, which is not set`]
      : [],
  )
  if (missing.length === 0) return
  throw new UserError(
    buildErrors['build-variable-missing'],
    `the image of ${service} needs ${count(missing.length, 'variable')} that this job does not have`,
    { cause: missing.join('\n') },
  )
}

// Where GitHub's cache is, and the key to it; none of them is a way to a role.
const githubCache = [
  'ACTIONS_CACHE_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_CACHE_SERVICE_V2',
]

/** What docker, which otherwise gets none of the job's own variables, needs for a cache at GitHub. */
function cacheVariables(
  caches: readonly string[],
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!caches.some(cache => cache.split(',').includes('type=gha'))) return {}
  return Object.fromEntries(Object.entries(environment).filter(([name]) => githubCache.includes(name)))
}
