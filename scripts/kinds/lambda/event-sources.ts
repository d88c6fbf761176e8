import { z } from 'zod'
import { partOfName } from '../schedules.ts'

const arnOf = (service: string, resource: string, what: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:[0-9]{12}:${resource}$`),
      `must be the ARN of ${what}`,
    )

/** The schema of where Lambda sends what a function failed on. */
export const failureTarget = arnOf('(sqs|sns)', '[A-Za-z0-9_.-]+', 'an SQS queue or an SNS topic')

const enabled = z.boolean().default(true).describe('Whether it is called by it')

const pattern = z.record(z.string(), z.json())

// AWS Lambda API reference, CreateEventSourceMapping.
const batch = {
  batchSize: z.number().int().min(1).max(10_000).optional().describe('The most records in a call'),
  maximumBatchingWindowInSeconds: z.number().int().min(0).max(300).optional(),
  reportBatchItemFailures: z
    .boolean()
    .default(false)
    .describe('Whether its answer names the records that failed, so that only they come again'),
  filters: z
    .array(pattern)
    .min(1)
    .max(10)
    .optional()
    .describe('Patterns of the records that it is called for'),
  enabled,
}

const stream = {
  ...batch,
  startingPosition: z
    .enum(['TRIM_HORIZON', 'LATEST'])
    .describe('Where it begins to read: at the oldest record, or at those that come from now on'),
  parallelizationFactor: z.number().int().min(1).max(10).optional(),
  bisectBatchOnFunctionError: z.boolean().optional(),
  maximumRetryAttempts: z.number().int().min(-1).max(10_000).optional(),
  maximumRecordAgeInSeconds: z.union([z.literal(-1), z.number().int().min(60).max(604_800)]).optional(),
  onFailure: failureTarget.optional().describe('Where records go that it failed on'),
}

const bucketName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){1,61}[a-z0-9]$/, 'must be the name of an S3 bucket')

const source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('sqs'),
    arn: arnOf('sqs', '[A-Za-z0-9_-]+(\\.fifo)?', 'an SQS queue'),
    ...batch,
    maximumConcurrency: z.number().int().min(2).max(1000).optional(),
  }),
  z.strictObject({
    type: z.literal('kinesis'),
    arn: arnOf('kinesis', 'stream/[A-Za-z0-9_.-]+', 'a Kinesis stream'),
    ...stream,
  }),
  z.strictObject({
    type: z.literal('dynamodb'),
    arn: arnOf('dynamodb', 'table/[A-Za-z0-9_.-]+/stream/[0-9T:.-]+', 'the stream of a DynamoDB table'),
    ...stream,
  }),
  z.strictObject({
    type: z.literal('s3'),
    bucket: bucketName.describe('A bucket that sends its events to EventBridge'),
    events: z
      .array(z.string().regex(/^Object [A-Z][A-Za-z ]+$/, 'must be such as Object Created'))
      .min(1)
      .default(['Object Created']),
    prefix: z.string().min(1).optional().describe('What the keys of the objects begin with'),
    suffix: z.string().min(1).optional().describe('What the keys of the objects end with'),
    enabled,
  }),
  z.strictObject({
    type: z.literal('eventbridge'),
    pattern: pattern
      .refine(one => Object.keys(one).length > 0, 'must match on something, or it would be called for all')
      .describe('An event pattern of EventBridge'),
    eventBusName: z
      .string()
      .regex(/^(?!aws\.)[A-Za-z0-9_./-]{1,256}$/, 'must be the name of an event bus')
      .default('default'),
    enabled,
  }),
])

/** The schema of what calls a function, by name. */
export const eventSources = z.record(partOfName, source)

/** What calls a function, by name. */
export type EventSources = z.output<typeof eventSources>

/** A source that Lambda itself reads. */
export type Polled = Extract<EventSources[string], { readonly arn: string }>

/** A source that calls through a rule of EventBridge. */
export type Ruled = Exclude<EventSources[string], Polled>

/** Whether Lambda reads a source itself. */
export function isPolled(one: EventSources[string]): one is Polled {
  return 'arn' in one
}

/** Faults within one event source (AWS Lambda developer guide, "Configuring scaling behavior" and "Parameters for Amazon SQS"). */
export function eventSourceFaults(all: EventSources): string[] {
  return Object.entries(all).flatMap(([name, one]) =>
    one.type === 'sqs' ? queueFaults(one).map(fault => `eventSources.${name}.${fault}`) : [],
  )
}

function queueFaults({
  arn,
  batchSize = 10,
  maximumBatchingWindowInSeconds: window = 0,
}: Extract<Polled, { type: 'sqs' }>): string[] {
  if (arn.endsWith('.fifo'))
    return [
      ...(batchSize > 10 ? ['batchSize: must be at most 10 for a FIFO queue'] : []),
      ...(window > 0 ? ['maximumBatchingWindowInSeconds: a FIFO queue has none'] : []),
    ]
  return batchSize > 10 && window === 0
    ? ['batchSize: more than 10 needs a maximumBatchingWindowInSeconds of at least 1']
    : []
}
