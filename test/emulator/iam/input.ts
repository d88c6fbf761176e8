import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import { listOf, wholeNumber } from '../protocol/query-schema.ts'
import type { Problem } from '../protocol/validation.ts'
import * as validation from '../protocol/validation.ts'

/* Patterns, lengths and what is required are those of the IAM API reference, operation by operation. */

const entity = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w+=,.@-]+$/)
const arn = z.string().min(20).max(2048)
const tagKey = z.string().min(1).max(128)
const description = z.string().max(1000)
const session = wholeNumber(3600, 43_200)
const path = z
  .string()
  .max(512)
  .regex(/^(?:\/|\/[!-~]+\/)$/)
const document = z.string().min(1).max(131_072)

const tagsSchema = listOf(z.object({ Key: tagKey, Value: z.string().max(256) }), 50)

/** Every request that names a role. */
export const roleSchema = z.object({ RoleName: entity.max(64) })

/** CreateRole. */
export const createRoleSchema = roleSchema.extend({
  AssumeRolePolicyDocument: document,
  Path: path.default('/'),
  Description: description.exactOptional(),
  MaxSessionDuration: session.exactOptional(),
  PermissionsBoundary: arn.exactOptional(),
  Tags: tagsSchema.default([]),
})

/** UpdateRole. */
export const updateRoleSchema = roleSchema.extend({
  Description: description.exactOptional(),
  MaxSessionDuration: session.exactOptional(),
})

/** UpdateAssumeRolePolicy. */
export const trustSchema = roleSchema.extend({ PolicyDocument: document })

/** TagRole. */
export const tagRoleSchema = roleSchema.extend({ Tags: tagsSchema })

/** UntagRole. */
export const untagRoleSchema = roleSchema.extend({ TagKeys: listOf(tagKey, 50) })

/** A request about one inline policy of a role. */
export const inlineSchema = roleSchema.extend({ PolicyName: entity })

/** PutRolePolicy. */
export const putInlineSchema = inlineSchema.extend({ PolicyDocument: document })

/** A request about a managed policy. */
export const policySchema = z.object({ PolicyArn: arn })

/** A request about one version of a managed policy. */
export const policyVersionSchema = policySchema.extend({
  VersionId: z.string().regex(/^v[1-9][0-9]*(?:\.[A-Za-z0-9-]*)?$/),
})

/** AttachRolePolicy and DetachRolePolicy. */
export const attachmentSchema = roleSchema.extend(policySchema.shape)

/** CreatePolicy. */
export const createPolicySchema = z.object({
  PolicyName: entity,
  PolicyDocument: document,
  Path: path.default('/'),
  Description: description.exactOptional(),
  Tags: tagsSchema.default([]),
})

/** TagPolicy. */
export const tagPolicySchema = policySchema.extend({ Tags: tagsSchema })

/** UntagPolicy. */
export const untagPolicySchema = policySchema.extend({ TagKeys: listOf(tagKey, 50) })

/** CreatePolicyVersion. */
export const createVersionSchema = policySchema.extend({
  PolicyDocument: document,
  SetAsDefault: z.enum(['true', 'false']).default('false'),
})

/** CreateOpenIDConnectProvider. */
export const createProviderSchema = z.object({
  Url: z.string().min(1).max(255),
  ClientIDList: listOf(z.string().min(1).max(255), 100).default([]),
  ThumbprintList: listOf(z.string().length(40), 5).default([]),
  Tags: tagsSchema.default([]),
})

/** A request about one OpenID Connect provider. */
export const providerSchema = z.object({ OpenIDConnectProviderArn: arn })

/** Reads an operation's input, or throws IAM's `ValidationError` (IAM API reference, Common Errors). */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, refuse, 'MalformedInput')
}

function refuse(problems: Problem[]): AwsError {
  return new AwsError('ValidationError', 400, validation.refusalFor(problems).message)
}
