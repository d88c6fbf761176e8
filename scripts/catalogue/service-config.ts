import { z } from 'zod'
import { badJson, type JsonSource, printIssues, readJson } from '../base/parse-json.ts'
import { type KindName, kindNames, kindOf, kinds } from '../kinds/all.ts'
import { type ImageBuild, inputsCommand, isPathInRepository, type ZipBuild } from '../kinds/fields.ts'
import type { ArtifactTypeName, Kind, Part, Surroundings } from '../kinds/kind.ts'
import { overlay, partOf } from '../kinds/parts.ts'
import { environmentNamePattern } from '../names/environment-name.ts'
import type { Target } from '../names/target.ts'
import type { RolloutPlan } from '../strategy/plan.ts'
import { findTokens } from './tokens.ts'

const glob = z
  .string()
  .min(1)
  .refine(
    pattern => isPathInRepository(pattern.replace(/^!/, '')),
    'must be a glob from the root of the repository, without .. and backslashes',
  )
  // Other tools read them as groups; a `?` says what is meant.
  .refine(pattern => !/[()]/.test(pattern), 'must not have parentheses: use ? to match one')

const common = {
  $schema: z.string().optional(),
  description: z.string().optional(),
  inputs: z
    .union(
      [
        z
          .array(glob)
          .refine(
            globs => globs.some(pattern => !pattern.startsWith('!')),
            'must name at least one path to include',
          ),
        inputsCommand,
      ],
      {
        error: ({ input }) =>
          typeof input === 'object' ? undefined : 'must be a list of globs, or { "command": … }',
      },
    )
    .optional()
    .describe(
      'Globs from the root of the repository; ! excludes. The whole repository by default. Or a command that prints paths',
    ),
}

const environmentName = z.string().regex(environmentNamePattern, 'must be the name of an environment')

function schemaOf({ name, fields, settings }: Kind) {
  const part = partOf(settings)
  return z.strictObject({
    ...common,
    kind: z.literal(name),
    settings: part.optional().describe('How it runs, in every environment'),
    environments: z
      .record(environmentName, part)
      .optional()
      .describe('Settings to add or override in an environment, by its name'),
    ...fields,
  })
}

/** Inputs that a command lists, and the paths that it has listed at a commit, once they are known. */
export type ListedInputs = z.output<typeof inputsCommand> & { readonly paths?: readonly string[] }

type Common = {
  readonly [Name in Exclude<keyof typeof common, 'inputs'>]?: z.output<(typeof common)[Name]>
} & {
  readonly inputs?: readonly string[] | ListedInputs | undefined
  readonly kind: KindName
  readonly settings?: Part | undefined
  readonly environments?: Readonly<Record<string, Part>> | undefined
}

/** A service whose artifact is a container image. */
export type ImageServiceConfig = Common & {
  readonly repository?: string | undefined
  readonly movableTags?: readonly string[] | undefined
  readonly build: ImageBuild
}

/** A service whose artifact is a zip. */
export type ZipServiceConfig = Common & { readonly build: ZipBuild }

/** How a service is built and from what. */
export type ServiceConfig = ImageServiceConfig | ZipServiceConfig

const [first, ...others] = kindNames.map(name => schemaOf(kinds[name]))

/** The schema of `services/<name>/service.json`. */
export const serviceConfigSchema = z.discriminatedUnion('kind', [
  first as ReturnType<typeof schemaOf>,
  ...others,
])

/** Parses a service.json, or throws an error that lists every fault. */
export function parseServiceConfig(text: string, source: JsonSource): ServiceConfig {
  const value = readJson(text, source)
  const tokens = findTokens(value).map(({ path, message }) => `${path.join('.')}: ${message}`)
  if (tokens.length > 0) throw badJson(source, tokens)
  const result = serviceConfigSchema.safeParse(value)
  // The schema comes from the table of kinds, so its type does not know their fields.
  if (result.success) return result.data as unknown as ServiceConfig
  // With an unknown kind the union stops there and does not report faults in the common fields.
  const shared = z.looseObject(common).safeParse(value)
  const issues = [...result.error.issues, ...(shared.error?.issues ?? [])]
  throw badJson(source, printIssues(issues, serviceConfigSchema, value))
}

/** The type of a service's artifact. */
export function artifactTypeOf(config: Pick<ServiceConfig, 'kind'>): ArtifactTypeName {
  return kindOf(config).artifact
}

/** Narrows a config to an image service; undefined for any other. */
export function asImageService(config: ServiceConfig): ImageServiceConfig | undefined {
  return artifactTypeOf(config) === 'image' ? (config as ImageServiceConfig) : undefined
}

/** An environment and its name. */
type Scope = { readonly name: string; readonly environment: Pick<Surroundings, 'defaults'> }

/**
 * The unchecked settings that are given for a service in an environment: the defaults of environments.json, on top the
 * common ones of its service.json, and then that environment's own.
 */
export function givenIn(config: ServiceConfig, { name, environment: { defaults = {} } }: Scope): Part {
  const { kind, settings: common, environments = {} } = config
  const own = Object.hasOwn(environments, name) ? environments[name] : undefined
  const { settings } = kindOf(config)
  const layers = [defaults[kind], common, own].map(layer => layer ?? {})
  return layers.reduce((below, layer) => overlay(settings, below, layer))
}

/** The checked settings of a service in an environment, or an error that lists every fault. */
export function settingsIn<Settings>(
  kind: Kind<string, Settings>,
  config: ServiceConfig,
  scope: Scope,
  source: JsonSource,
): Settings {
  const where = (fault: string) => `in ${scope.name}: ${fault}${fromDefaults(fault, config, scope)}`
  const given = givenIn(config, scope)
  const result = kind.settings.safeParse(given)
  if (!result.success)
    throw badJson(source, printIssues(result.error.issues, kind.settings, given).map(where))
  const settings = result.data as Settings
  const faults = kind.faults(settings)
  if (faults.length > 0) throw badJson(source, faults.map(where))
  return settings
}

/** Which settings that a fault is about are not the service's own: its service.json would be searched for them in vain. */
function fromDefaults(fault: string, config: ServiceConfig, { name, environment }: Scope): string {
  const own = givenIn(config, { name, environment: {} })
  const others = Object.keys(environment.defaults?.[config.kind] ?? {}).filter(
    key => !Object.hasOwn(own, key) && new RegExp(`\\b${key}\\b`).test(fault),
  )
  const named = others.map(key => `defaults.${config.kind}.${key}`)
  return named.length === 0 ? '' : ` (cdktf/environments.json gives ${named.join(' and ')})`
}

/** How a service is rolled out in an environment. */
export function rolloutPlan(
  config: ServiceConfig,
  target: Target,
  environment: Scope['environment'],
  source: JsonSource,
): RolloutPlan {
  const kind: Kind = kindOf(config)
  return kind.rollout(target, settingsIn(kind, config, { name: target.environment, environment }, source))
}
