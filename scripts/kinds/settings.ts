import { z } from 'zod'
import { securityGroupId, subnetId } from '../aws/network-ids.ts'
import { groupOrOff } from './parts.ts'

const variableName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'must be the name of an environment variable: letters, digits and _')
  // AWS Lambda developer guide, "Reserved environment variables".
  .refine(
    name => !/^(AWS_|LAMBDA_)/.test(name),
    'must not begin with AWS_ or LAMBDA_: those names are reserved',
  )
  .refine(
    name => name !== 'RELEASE' && name !== 'COMMIT',
    'must not be RELEASE or COMMIT: Waybill sets those to the deployed release and its commit',
  )
const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:(ssm:[a-z0-9-]+:[0-9]{12}:parameter\/[\w./-]+|secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+)$/,
    'must be the ARN of an SSM parameter or a Secrets Manager secret, never the secret itself',
  )
// Amazon CloudWatch Logs API reference, PutRetentionPolicy, retentionInDays.
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

const statement = z.strictObject({
  actions: z
    .array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+\*?$/, 'must be an IAM action such as s3:GetObject'))
    .min(1),
  resources: z
    .array(z.string().regex(/^arn:aws[a-z-]*:[^\s]+$/, 'must be an ARN; * alone is not allowed'))
    .min(1),
})

// AWS resource tagging reference, "Tag naming limits and requirements".
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(tagText, 'must have only letters, digits, spaces and _ . : / = + - @')
  .refine(key => !/^aws:/i.test(key), 'must not begin with aws: that is reserved')
  .refine(
    key => !/^(waybill-.*|managed-by)$/.test(key),
    'must not be managed-by or begin with waybill-: Waybill sets those',
  )
const tagValue = z
  .string()
  .max(256)
  .regex(tagText, 'must have only letters, digits, spaces and _ . : / = + - @')
// AWS takes 50 for a resource, some of which are Waybill's own.
const mostTags = 40

const kmsKeyArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
    'must be the ARN of a KMS key, not of an alias',
  )

const alarmAction = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:(sns|lambda|ssm|ssm-incidents):[a-z0-9-]*:[0-9]{12}:\S+$/,
    'must be the ARN of an SNS topic, a Lambda function, or an action of Systems Manager',
  )
// Amazon CloudWatch API reference, PutMetricAlarm, AlarmActions: five, one of which is the guardian.
const mostActions = 4

/** The value at which an alarm goes off. */
export const alarmLimit = z.number().positive()

/** The values at which the alarms of a kind go off; `false` for no alarms. */
export function alarmSettings<Limits extends z.ZodRawShape>(limits: Limits) {
  return groupOrOff(z.strictObject(limits)).describe(
    'The values at which its alarms go off; false for none, and then a rollout watches only what watch names',
  )
}

/** The settings that all kinds share. */
export const commonSettings = {
  variables: z
    .record(variableName, z.string())
    .default({})
    .describe('Environment variables; those of an environment add to or override the common ones'),
  secrets: z
    .record(variableName, secretArn)
    .default({})
    .describe('Environment variables, each with the ARN of its value in SSM or Secrets Manager'),
  permissions: z
    .array(statement)
    .default([])
    .describe('What the code may do in AWS, besides reading its secrets and writing its log'),
  logRetentionDays: z
    .number()
    .refine(days => retentions.includes(days), `must be one of ${retentions.join(', ')}`)
    .default(30),
  subnets: z
    .array(subnetId)
    .min(1)
    .optional()
    .describe("Its own subnets, in place of those of the environment's network"),
  securityGroups: z
    .array(securityGroupId)
    .min(1)
    .max(5)
    .optional()
    .describe("Its own security groups, in place of those of the environment's network"),
  tags: z
    .record(tagKey, tagValue)
    .refine(tags => Object.keys(tags).length <= mostTags, `must have at most ${mostTags} tags`)
    .optional()
    .describe('Tags of all its resources'),
  kmsKeyArn: kmsKeyArn
    .optional()
    .describe('The KMS key for its log and what else of it AWS stores; a key of AWS by default'),
  alarmActions: z
    .array(alarmAction)
    .max(mostActions)
    .optional()
    .describe('What its alarms call when they begin to ring, such as SNS topics'),
}

/** The settings that all kinds share, as parsed for one environment. */
export type CommonSettings = z.output<z.ZodObject<typeof commonSettings>>

/** Faults across fields, for settings of any kind. */
export function commonFaults({
  variables,
  secrets,
}: Pick<CommonSettings, 'variables' | 'secrets'>): string[] {
  return Object.keys(secrets)
    .filter(name => Object.hasOwn(variables, name))
    .map(name => `secrets.${name}: is already one of the variables`)
}
