import { z } from 'zod'
import { badJson, type JsonSource, printIssue, readJson } from '../base/parse-json.ts'
import {
  commonFaults,
  type EcsSettings,
  ecsFaults,
  ecsSettings,
  type LambdaImageSettings,
  lambdaImageSettings,
  overlay,
  partOf,
  strategyMinutes,
  type ZipSettings,
  zipSettings,
} from '../kinds/settings.ts'
import { environmentNamePattern } from '../names/environment-name.ts'

// `s`: a line break must not hide a `..` behind it.
const relativePath = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/s

const pathInRepository = z
  .string()
  .regex(relativePath, 'must be a path from the root of the repository, without .. and backslashes')
const folderInService = z
  .string()
  .regex(relativePath, "must be a path in the service's folder, without ..")
  .refine(path => !/^[./]*$/.test(path), 'must be a folder of its own, since it is emptied before a build')
const glob = z
  .string()
  .min(1)
  .refine(
    pattern => relativePath.test(pattern.replace(/^!/, '')),
    'must be a glob from the root of the repository, without .. and backslashes',
  )
  // picomatch takes them for groups of a regular expression, which nobody expects of a folder's name.
  .refine(pattern => !/[()]/.test(pattern), 'must not have parentheses: write ? for one')
const dockerfile = z.string().regex(relativePath, "must be a path in the service's folder, without ..")
const command = z
  .string()
  .trim()
  .min(1, 'must be a command')
  .describe('Run by sh in the folder of the service')

// Amazon ECR API reference, CreateRepository, repositoryName.
const repository = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    'must be the name of an ECR repository',
  )
  .describe('The ECR repository, when it is not <service>-image')

const platform = z.string().regex(/^linux\/(amd64|arm64)$/, 'must be linux/amd64 or linux/arm64')

const common = {
  $schema: z.string().optional(),
  description: z.string().optional(),
  inputs: z
    .array(glob)
    .refine(
      globs => globs.some(pattern => !pattern.startsWith('!')),
      'must name at least one path to include',
    )
    .optional()
    .describe('Globs from the root of the repository; ! excludes. Left out: the whole repository'),
}

const environmentName = z.string().regex(environmentNamePattern, 'must be the name of an environment')

function runtime(settings: z.ZodObject) {
  const part = partOf(settings)
  return {
    settings: part.optional().describe('How it runs, in every environment'),
    environments: z
      .record(environmentName, part)
      .optional()
      .describe('What is different in an environment, by its name'),
  }
}

function imageBuild<Platforms extends z.ZodDefault<z.ZodArray<z.ZodString>>>(platforms: Platforms) {
  return z.strictObject({
    command: command.optional(),
    dockerfile: dockerfile.default('Dockerfile').describe("In the service's folder"),
    context: pathInRepository
      .optional()
      .describe("From the repository's root; the service's folder by default"),
    platforms,
  })
}

const zipService = z.strictObject({
  ...common,
  kind: z.literal('lambda-zip'),
  ...runtime(zipSettings),
  build: z.strictObject({
    command,
    output: folderInService.describe('The folder, in that of the service, whose content becomes the zip'),
  }),
})

const lambdaImageService = z.strictObject({
  ...common,
  kind: z.literal('lambda-image'),
  ...runtime(lambdaImageSettings),
  repository: repository.optional(),
  build: imageBuild(
    z
      .array(platform)
      .length(1, 'must name exactly one platform: Lambda refuses a multi-arch index')
      .default(['linux/amd64']),
  ).prefault({}),
})

const ecsService = z.strictObject({
  ...common,
  kind: z.literal('ecs-service'),
  ...runtime(ecsSettings),
  repository: repository.optional(),
  build: imageBuild(z.array(platform).min(1).default(['linux/amd64'])).prefault({}),
})

/** What `services/<name>/service.json` may say. */
export const serviceConfigSchema = z.discriminatedUnion('kind', [ecsService, lambdaImageService, zipService])

/** How one service is built and what it is built from. */
export type ServiceConfig = z.output<typeof serviceConfigSchema>

/** A service whose artifact is a container image. */
export type ImageServiceConfig = Extract<ServiceConfig, { kind: 'ecs-service' | 'lambda-image' }>

/** A service whose artifact is a zip. */
export type ZipServiceConfig = Extract<ServiceConfig, { kind: 'lambda-zip' }>

/** Reads a service.json; every fault of a bad one is reported at once. */
export function parseServiceConfig(text: string, source: JsonSource): ServiceConfig {
  const value = readJson(text, source)
  const result = serviceConfigSchema.safeParse(value)
  if (result.success) return result.data
  // With an unknown kind the union stops there, and the faults of what all kinds have would come only later.
  const shared = z.looseObject(common).safeParse(value)
  throw badJson(source, [...result.error.issues, ...(shared.error?.issues ?? [])].map(printIssue))
}

/** The settings of each kind of service. */
export type Settings = {
  readonly 'lambda-zip': ZipSettings
  readonly 'lambda-image': LambdaImageSettings
  readonly 'ecs-service': EcsSettings
}

const schemas = { 'lambda-zip': zipSettings, 'lambda-image': lambdaImageSettings, 'ecs-service': ecsSettings }

/** How a service runs in an environment: what its service.json says for all, under what it says for that one. */
export function settingsIn<Kind extends ServiceConfig['kind']>(
  config: Extract<ServiceConfig, { kind: Kind }>,
  environment: string,
  source: JsonSource,
): Settings[Kind] {
  const { settings = {}, environments = {} } = config as ServiceConfig
  const own = Object.hasOwn(environments, environment) ? environments[environment] : undefined
  const result = schemas[config.kind].safeParse(overlay(settings, own ?? {}))
  const where = `in ${environment}: `
  if (!result.success)
    throw badJson(
      source,
      result.error.issues.map(issue => where + printIssue(issue)),
    )
  const faults = [
    ...commonFaults(result.data),
    ...(config.kind === 'ecs-service' ? ecsFaults(result.data as EcsSettings) : []),
  ]
  if (faults.length > 0)
    throw badJson(
      source,
      faults.map(fault => where + fault),
    )
  return result.data as Settings[Kind]
}

/** How long a service's rollout takes at least in an environment, by its strategy. */
export function rolloutMinutes(config: ServiceConfig, environment: string, source: JsonSource): number {
  if (config.kind !== 'ecs-service') return 0
  return strategyMinutes(settingsIn<'ecs-service'>(config, environment, source).strategy)
}
