import { z } from 'zod'
import { AwsError } from '../protocol/protocol.ts'
import * as validation from '../protocol/validation.ts'

/* Patterns and lengths are those of the Amazon EventBridge API reference, operation by operation. */

const ruleName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[.\-_A-Za-z0-9]+$/)
const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })

/** PutRule. */
export const putRuleSchema = z.looseObject({
  Name: ruleName,
  EventPattern: z.string().max(4096),
  Description: z.string().max(512).exactOptional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Tags: z.array(tag).max(50).default([]),
})

/** A request about a rule. */
export const ruleSchema = z.object({ Name: ruleName })

/** One target of a rule; other fields are kept and returned. */
export const targetSchema = z.looseObject({
  Id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[.\-_A-Za-z0-9]+$/),
  Arn: z.string().min(1).max(1600),
})

/** PutTargets: five targets a rule. */
export const putTargetsSchema = z.object({ Rule: ruleName, Targets: z.array(targetSchema).min(1).max(5) })

/** ListTargetsByRule. */
export const listTargetsSchema = z.object({ Rule: ruleName })

/** RemoveTargets. */
export const removeTargetsSchema = z.object({
  Rule: ruleName,
  Ids: z.array(z.string().min(1).max(64)).min(1),
})

/** A request about what has an ARN. */
export const resourceSchema = z.object({ ResourceARN: z.string().min(1).max(1600) })

/** TagResource. */
export const tagSchema = resourceSchema.extend({ Tags: z.array(tag) })

/** UntagResource. */
export const untagSchema = resourceSchema.extend({ TagKeys: z.array(z.string()) })

/** Reads an operation's input, or throws the service's `ValidationException`. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(
    schema,
    input,
    problems => new AwsError('ValidationException', 400, validation.refusalFor(problems).message),
  )
}
