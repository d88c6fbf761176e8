import { z } from 'zod'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'
import { lambdaError } from './errors.ts'

/* Patterns, lengths, enums and what is required are those of the Lambda API reference, operation by operation. */

const description = z.string().max(256)
const sha256 = z.string()
const revision = z.string()
const functionName = z
  .string()
  .min(1)
  .max(170)
  .regex(
    /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?[a-zA-Z0-9-_]{1,64}(?::(?:\$LATEST|[a-zA-Z0-9-_]+))?$/,
  )

/** A version as an alias names it. */
export const versionSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^(?:\$LATEST|[0-9]+)$/)

/** What the address of a request names. */
export const addressSchema = z.object({
  functionName: functionName.exactOptional(),
  qualifier: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[a-zA-Z0-9$_-]+$/)
    .exactOptional(),
})

/** Where code comes from: bytes, an object in S3, or an image in ECR. */
export const codeSchema = z.object({
  ZipFile: z.base64().exactOptional(),
  S3Bucket: z
    .string()
    .min(3)
    .max(63)
    .regex(/^[0-9A-Za-z._-]*(?<!\.)$/)
    .exactOptional(),
  S3Key: z.string().min(1).max(1024).exactOptional(),
  S3ObjectVersion: z.string().min(1).max(1024).exactOptional(),
  ImageUri: z.string().exactOptional(),
})

/** UpdateFunctionCode. */
export const updateCodeSchema = codeSchema.extend({
  Architectures: z
    .array(z.enum(['x86_64', 'arm64']))
    .length(1)
    .exactOptional(),
  Publish: z.boolean().default(false),
  DryRun: z.boolean().default(false),
  RevisionId: revision.exactOptional(),
})

/** PublishVersion. */
export const publishSchema = z.object({
  CodeSha256: sha256.exactOptional(),
  Description: description.exactOptional(),
  RevisionId: revision.exactOptional(),
})

const routing = z.object({
  AdditionalVersionWeights: z.record(versionSchema, z.number().min(0).max(1)).exactOptional(),
})

/** CreateAlias. */
export const createAliasSchema = z.object({
  Name: z
    .string()
    .min(1)
    .max(128)
    .regex(/^(?!^[0-9]+$)[a-zA-Z0-9-_]+$/),
  FunctionVersion: versionSchema,
  Description: description.exactOptional(),
  RoutingConfig: routing.exactOptional(),
})

/** UpdateAlias. */
export const updateAliasSchema = z.object({
  FunctionVersion: versionSchema.exactOptional(),
  Description: description.exactOptional(),
  RoutingConfig: routing.exactOptional(),
  RevisionId: revision.exactOptional(),
})

/** PutFunctionConcurrency. */
export const concurrencySchema = z.object({ ReservedConcurrentExecutions: z.number().int().min(0) })

const tagsSchema = z.record(z.string().min(1).max(128), z.string().max(256))

/** TagResource. */
export const tagSchema = z.object({ Tags: tagsSchema })

/** UntagResource. */
export const untagSchema = z.object({ tagKeys: z.array(z.string().min(1).max(128)) })

/** CreateFunction, besides what a version holds. */
export const createSchema = z.object({
  FunctionName: functionName,
  Role: z.string(),
  Code: codeSchema,
  PackageType: z.enum(['Zip', 'Image']).default('Zip'),
  Architectures: updateCodeSchema.shape.Architectures,
  Publish: z.boolean().default(false),
  Tags: tagsSchema.default({}),
})

/** Reads an operation's input, or throws Lambda's `ValidationException` where the schema names no other error. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse)
}

function refuse(problems: Problem[]) {
  const { code = 'ValidationException', message } = validation.refusalFor(problems)
  return lambdaError(code, message)
}
