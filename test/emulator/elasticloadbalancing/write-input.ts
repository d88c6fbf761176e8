import { z } from 'zod'
import { listOf, wholeNumber } from '../protocol/query-schema.ts'
import { refuseWhen } from '../protocol/validation.ts'

/* Enums, limits and what is required are those of the Elastic Load Balancing API reference, version 2015-12-01. */

const text = z.string().exactOptional()
const values = listOf(z.string().min(1).max(128), 100)
const valuesConfig = z.object({ Values: values }).exactOptional()
const priority = wholeNumber(1, 50_000)
const port = wholeNumber(1, 65_535)

const condition = z
  .object({
    Field: z.string().max(64).exactOptional(),
    Values: values.exactOptional(),
    PathPatternConfig: valuesConfig,
    HostHeaderConfig: valuesConfig,
  })
  .transform(({ Field, Values, PathPatternConfig, HostHeaderConfig }) => ({
    field: Field ?? (PathPatternConfig ? 'path-pattern' : 'host-header'),
    values: Values ?? PathPatternConfig?.Values ?? HostHeaderConfig?.Values ?? [],
  }))

const tuple = z.object({ TargetGroupArn: z.string(), Weight: wholeNumber(0, 999).default(1) })
const action = z.object({
  Type: z.enum(['forward', 'fixed-response']),
  TargetGroupArn: text,
  ForwardConfig: z.object({ TargetGroups: listOf(tuple, 5).default([]) }).exactOptional(),
  FixedResponseConfig: z.object({ StatusCode: z.string().regex(/^(2|4|5)\d\d$/) }).exactOptional(),
})

const conditions = listOf(condition, 10).superRefine((all, context) => {
  const other = all.find(({ field }) => field !== 'path-pattern' && field !== 'host-header')
  refuseWhen(
    context,
    other !== undefined,
    `Condition field '${other?.field}' must be one of '[path-pattern, host-header]'`,
  )
  const isEmpty = all.some(one => one.values.length === 0)
  refuseWhen(context, isEmpty, 'A condition value must be specified')
  const isDouble = new Set(all.map(({ field }) => field)).size < all.length
  refuseWhen(context, isDouble, 'A rule cannot have more than one condition of a field')
  const count = all.reduce((sum, one) => sum + one.values.length, 0)
  refuseWhen(context, count > 5, "A rule can only have '5' condition values")
})
const actions = listOf(action, 10)

/** The conditions of a rule, once they were read. */
export type ConditionsInput = z.output<typeof conditions>

/** The actions of a rule, once they were read. */
export type ActionsInput = z.output<typeof actions>

const tags = listOf(
  z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') }),
  50,
).default([])

/** CreateRule. */
export const createRuleSchema = z.object({
  ListenerArn: z.string(),
  Priority: priority,
  Conditions: conditions,
  Actions: actions,
  Tags: tags,
})

/** ModifyRule. */
export const modifyRuleSchema = z.object({
  RuleArn: z.string(),
  Conditions: conditions.exactOptional(),
  Actions: actions.exactOptional(),
})

/** DeleteRule. */
export const deleteRuleSchema = z.object({ RuleArn: z.string() })

/** SetRulePriorities. */
export const prioritiesSchema = z.object({
  RulePriorities: listOf(z.object({ RuleArn: z.string(), Priority: priority }), 100),
})

const check = {
  HealthCheckProtocol: z.enum(['HTTP', 'HTTPS']).exactOptional(),
  HealthCheckPort: text,
  HealthCheckPath: z.string().min(1).max(1024).exactOptional(),
  HealthCheckIntervalSeconds: wholeNumber(5, 300).exactOptional(),
  HealthCheckTimeoutSeconds: wholeNumber(2, 120).exactOptional(),
  HealthyThresholdCount: wholeNumber(2, 10).exactOptional(),
  UnhealthyThresholdCount: wholeNumber(2, 10).exactOptional(),
  Matcher: z.object({ HttpCode: z.string().exactOptional() }).exactOptional(),
}

/** What a request says of a health check. */
export type CheckInput = z.output<z.ZodObject<typeof check>>

/** CreateTargetGroup; of the types, those whose targets have addresses. */
export const createGroupSchema = z.object({
  Name: z.string().regex(/^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/),
  Protocol: z.enum(['HTTP', 'HTTPS']),
  Port: port,
  VpcId: z.string(),
  TargetType: z.enum(['ip', 'instance']).default('instance'),
  ...check,
  Tags: tags,
})

/** ModifyTargetGroup. */
export const modifyGroupSchema = z.object({ TargetGroupArn: z.string(), ...check })

/** DeleteTargetGroup and DescribeTargetGroupAttributes. */
export const oneGroupSchema = z.object({ TargetGroupArn: z.string() })

/** ModifyTargetGroupAttributes. */
export const attributesSchema = z.object({
  TargetGroupArn: z.string(),
  Attributes: listOf(z.object({ Key: z.string(), Value: z.string() }), 20),
})

const target = z.object({ Id: z.string(), Port: port.exactOptional() })

/** RegisterTargets and DeregisterTargets. */
export const targetsSchema = z.object({ TargetGroupArn: z.string(), Targets: listOf(target, 100) })

/** DescribeTargetHealth. */
export const healthSchema = z.object({
  TargetGroupArn: z.string(),
  Targets: listOf(target, 100).exactOptional(),
})

const arns = listOf(z.string(), 20)

/** AddTags. */
export const addTagsSchema = z.object({ ResourceArns: arns, Tags: tags })

/** RemoveTags. */
export const removeTagsSchema = z.object({ ResourceArns: arns, TagKeys: listOf(z.string(), 50) })

/** DescribeTags. */
export const describeTagsSchema = z.object({ ResourceArns: arns })
