import { z } from 'zod'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'
import { lambdaError } from './errors.ts'

const arn = z.string().regex(/^(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()$/)
const architecture = z.enum(['x86_64', 'arm64'])

/** What a version of a function holds besides its code, with Lambda's own limits. */
export const settingsSchema = z.object({
  Role: z
    .string()
    .regex(/^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/)
    .exactOptional(),
  Handler: z.string().max(128).regex(/^\S+$/).exactOptional(),
  Runtime: z.string().exactOptional(),
  Description: z.string().max(256).exactOptional(),
  Timeout: z.number().int().min(1).max(900).exactOptional(),
  MemorySize: z.number().int().min(128).max(10_240).exactOptional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).exactOptional() }).exactOptional(),
  VpcConfig: z.looseObject({}).exactOptional(),
  DeadLetterConfig: z.object({ TargetArn: z.string().exactOptional() }).exactOptional(),
  KMSKeyArn: arn.exactOptional(),
  TracingConfig: z.object({ Mode: z.enum(['Active', 'PassThrough']) }).exactOptional(),
  Layers: z.array(z.string()).max(5).exactOptional(),
  FileSystemConfigs: z.array(z.looseObject({})).exactOptional(),
  ImageConfig: z
    .object({
      EntryPoint: z.array(z.string()).exactOptional(),
      Command: z.array(z.string()).exactOptional(),
      WorkingDirectory: z.string().exactOptional(),
    })
    .exactOptional(),
  EphemeralStorage: z.object({ Size: z.number().int().min(512).max(10_240) }).exactOptional(),
  SnapStart: z.object({ ApplyOn: z.enum(['PublishedVersions', 'None']) }).exactOptional(),
  LoggingConfig: z.looseObject({}).exactOptional(),
})

/** Where code comes from: bytes, an object in S3, or an image in ECR. */
export const codeSchema = z.object({
  ZipFile: z.base64().exactOptional(),
  S3Bucket: z.string().exactOptional(),
  S3Key: z.string().exactOptional(),
  S3ObjectVersion: z.string().exactOptional(),
  ImageUri: z.string().exactOptional(),
})

/** CreateFunction. */
export const createSchema = settingsSchema.extend({
  FunctionName: z.string(),
  Role: settingsSchema.shape.Role.unwrap(),
  Code: codeSchema,
  PackageType: z.enum(['Zip', 'Image']).default('Zip'),
  Architectures: z.array(architecture).length(1).exactOptional(),
  Publish: z.boolean().default(false),
  Tags: z.record(z.string(), z.string()).default({}),
})

/** UpdateFunctionCode. */
export const updateCodeSchema = codeSchema.extend({
  Architectures: z.array(architecture).length(1).exactOptional(),
  Publish: z.boolean().default(false),
  DryRun: z.boolean().default(false),
  RevisionId: z.string().exactOptional(),
})

/** UpdateFunctionConfiguration. */
export const updateSettingsSchema = settingsSchema.extend({ RevisionId: z.string().exactOptional() })

/** PublishVersion. */
export const publishSchema = z.object({
  CodeSha256: z.string().exactOptional(),
  Description: z.string().max(256).exactOptional(),
  RevisionId: z.string().exactOptional(),
})

const routing = z.object({
  AdditionalVersionWeights: z.record(z.string(), z.number().min(0).max(1)).exactOptional(),
})

/** CreateAlias. */
export const createAliasSchema = z.object({
  Name: z
    .string()
    .max(128)
    .regex(/^(?!^[0-9]+$)[a-zA-Z0-9-_]+$/),
  FunctionVersion: z.string().regex(/^(\$LATEST|[0-9]+)$/),
  Description: z.string().max(256).exactOptional(),
  RoutingConfig: routing.exactOptional(),
})

/** UpdateAlias. */
export const updateAliasSchema = z.object({
  FunctionVersion: createAliasSchema.shape.FunctionVersion.exactOptional(),
  Description: z.string().max(256).exactOptional(),
  RoutingConfig: routing.exactOptional(),
  RevisionId: z.string().exactOptional(),
})

/** Reads an operation's input, or throws Lambda's `ValidationException`. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

function refuse(problems: Problem[]) {
  return lambdaError('ValidationException', validation.validationMessage(problems))
}
