import { z } from 'zod'

// `s`: a line break must not hide a `..` behind it.
const relativePath = /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\]+$/s

/** Whether text is a path from the repository's root, or a glob without its `!`. */
export function isPathInRepository(text: string): boolean {
  return relativePath.test(text)
}

const pathInRepository = z
  .string()
  .regex(relativePath, 'must be a path from the root of the repository, without .. and backslashes')
const folderInService = z
  .string()
  .regex(relativePath, "must be a path in the service's folder, without ..")
  .refine(path => !/^[./]*$/.test(path), 'must be a separate folder, since a build empties it first')
const dockerfile = z.string().regex(relativePath, "must be a path in the service's folder, without ..")
const ofTheJob =
  /^(AWS_.*|ACTIONS_.*|CIRCLE_OIDC_TOKEN.*|GH_TOKEN|GITHUB_(TOKEN|ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)|GIT_CONFIG_(COUNT|(KEY|VALUE)_\d+))$/

/** Whether a variable is a credential of the job, or a file by which a step speaks to GitHub's runner. */
export function isOfTheJob(name: string): boolean {
  return ofTheJob.test(name)
}

const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .refine(name => !isOfTheJob(name), "must not be a credential of the job: a build's code could take it")
const variables = z
  .array(variable)
  .optional()
  .describe('Names of further environment variables that the command gets, such as NPM_TOKEN')
const anyCommand = z.string().trim().min(1, 'must be a command')
const command = anyCommand.describe("Runs in sh in the service's folder")

/** A command in place of globs, which lists the inputs of a service. */
export const inputsCommand = z.strictObject({
  command: anyCommand.describe(
    'Runs in sh in the root of the repository, and prints a path from there a line',
  ),
  variables,
})

// Amazon ECR API reference, CreateRepository, repositoryName.
const repository = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    'must be the name of an ECR repository',
  )
  .describe('The ECR repository; <service>-image by default')

// Amazon ECR API reference, ImageTagMutabilityExclusionFilter and CreateRepository.
const movableTags = z
  .array(
    z
      .string()
      .regex(/^[0-9a-zA-Z._*-]{1,128}$/, 'must be a tag, in which * stands for any text')
      .refine(text => text.split('*').length <= 3, 'must have at most two *'),
  )
  .max(5)
  .describe('Tags of its repository that may be moved; latest by default where repository names one, or none')

const platforms = z.array(z.string().regex(/^linux\/(amd64|arm64)$/, 'must be linux/amd64 or linux/arm64'))

/** The fields of a service.json whose artifact is a zip. */
export const zipFields = {
  build: z.strictObject({
    command,
    variables,
    output: folderInService.describe(
      "The folder, inside the service's folder, whose content becomes the zip; or a file .zip, stored as it is",
    ),
  }),
}

const argumentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an ARG')
const fromVariable = z.strictObject({ variable })
// buildx reads a secret's fields as a line of CSV.
const secretFile = z
  .string()
  .regex(/^(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\\,"\n]+$/, 'must be a path, without .. and commas')
const secretId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the id of a secret')
const cache = z
  .string()
  .regex(/^[^\s-]\S*$/, 'must be a cache of buildx, such as type=registry,ref=registry.acme.com/cache')
  .refine(
    text => !/(^|,)"?(access_key_id|secret_access_key|session_token|account_key|token|ghtoken)=/i.test(text),
    'must not hold a credential',
  )

/** What docker is told besides the Dockerfile and its context. */
const dockerFields = {
  args: z
    .record(argumentName, z.union([z.string(), fromVariable]))
    .optional()
    .describe('Values of ARGs, by their names; { "variable": … } is the value of a variable of the job'),
  target: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be the name of a stage')
    .optional()
    .describe('The stage of the Dockerfile to build; the last by default'),
  secrets: z
    .record(secretId, z.union([fromVariable, z.strictObject({ file: secretFile })]))
    .optional()
    .describe(
      'Secrets that RUN --mount=type=secret reads, by their ids: from a variable of the job or a file',
    ),
  cacheFrom: z.array(cache).min(1).optional().describe('Where layers are reused from, as --cache-from'),
  cacheTo: z
    .array(cache)
    .min(1)
    .optional()
    .describe('Where layers are kept for the next build, as --cache-to'),
}

const ofDocker = [
  'dockerfile',
  'context',
  ...(Object.keys(dockerFields) as (keyof typeof dockerFields)[]),
] as const

/** The fields of a service.json whose artifact is an image, with one platform unless its kind accepts an index. */
export function imageFields({ acceptsIndex }: { readonly acceptsIndex: boolean }) {
  const some = acceptsIndex
    ? platforms.min(1)
    : platforms.length(1, 'must name exactly one platform: Lambda refuses a multi-arch index')
  return {
    repository: repository.optional(),
    movableTags: movableTags.optional(),
    build: z
      .strictObject({
        command: command.optional(),
        variables,
        pushes: z
          .boolean()
          .optional()
          .describe('Whether the command pushes the image itself, to $IMAGE, so that docker builds nothing'),
        dockerfile: dockerfile.optional().describe("In the service's folder; Dockerfile by default"),
        context: pathInRepository
          .optional()
          .describe("From the repository's root; the service's folder by default"),
        platforms: some.default(['linux/amd64']),
        ...dockerFields,
      })
      .superRefine(({ pushes, command, ...others }, context) => {
        if (pushes !== true) return
        const fault = (field: string, message: string) =>
          context.addIssue({ code: 'custom', path: [field], message })
        if (command === undefined) fault('command', 'must push the image, since pushes is true')
        for (const field of ofDocker.filter(name => others[name] !== undefined))
          fault(field, 'must be left out, since pushes is true: docker builds nothing')
      })
      .prefault({}),
  }
}

/** How a zip is built. */
export type ZipBuild = z.output<(typeof zipFields)['build']>

/** How an image is built. */
export type ImageBuild = z.output<ReturnType<typeof imageFields>['build']>

/** Whether an image runs on ARM. With several platforms the first decides. */
export function isArm({ platforms }: Pick<ImageBuild, 'platforms'>): boolean {
  return platforms[0] === 'linux/arm64'
}
