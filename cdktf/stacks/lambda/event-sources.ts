import { isPolled, type Polled, type Ruled } from '../../../scripts/kinds/lambda/event-sources.ts'
import { triggerName } from '../../../scripts/kinds/lambda/names.ts'
import { printTarget } from '../../../scripts/names/target.ts'
import {
  CloudwatchEventRule,
  CloudwatchEventTarget,
  type LambdaAlias,
  LambdaEventSourceMapping,
} from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { jsonLiteral } from '../shared/literal.ts'
import { present } from '../shared/present.ts'
import type { Role } from '../shared/service-stack.ts'
import { mayCall } from './permission.ts'
import type { LambdaSpec } from './spec.ts'

/** Has the event sources of a function call its live version. Lambda reads queues and streams with the function's role. */
export function callFromSources(
  scope: Construct,
  spec: LambdaSpec,
  live: LambdaAlias,
  { policies }: Role,
): void {
  const { eventSources = {} } = spec.settings
  for (const [name, source] of Object.entries(eventSources)) {
    const id = `source_${name.replaceAll('-', '_')}`
    if (isPolled(source))
      new LambdaEventSourceMapping(scope, id, {
        functionName: live.arn,
        eventSourceArn: source.arn,
        ...mapping(source),
        dependsOn: [...policies],
      })
    else rule(scope, { id, name, source, spec, live })
  }
}

function mapping(source: Polled) {
  const { enabled, batchSize, maximumBatchingWindowInSeconds, reportBatchItemFailures, filters } = source
  return {
    enabled,
    ...present({ batchSize, maximumBatchingWindowInSeconds }),
    ...(reportBatchItemFailures ? { functionResponseTypes: ['ReportBatchItemFailures'] } : {}),
    ...(filters === undefined
      ? {}
      : { filterCriteria: { filter: filters.map(one => ({ pattern: jsonLiteral(one) })) } }),
    ...(source.type === 'sqs' ? queue(source) : stream(source)),
  }
}

function queue({ maximumConcurrency }: Extract<Polled, { type: 'sqs' }>) {
  return maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } }
}

function stream(source: Exclude<Polled, { type: 'sqs' }>) {
  const { startingPosition, onFailure, parallelizationFactor, bisectBatchOnFunctionError } = source
  const { maximumRetryAttempts, maximumRecordAgeInSeconds } = source
  return {
    startingPosition,
    ...present({
      parallelizationFactor,
      bisectBatchOnFunctionError,
      maximumRetryAttempts,
      maximumRecordAgeInSeconds,
    }),
    ...(onFailure === undefined ? {} : { destinationConfig: { onFailure: { destinationArn: onFailure } } }),
  }
}

type Rule = {
  readonly id: string
  readonly name: string
  readonly source: Ruled
  readonly spec: LambdaSpec
  readonly live: LambdaAlias
}

function rule(scope: Construct, { id, name, source, spec, live }: Rule): void {
  const made = new CloudwatchEventRule(scope, id, {
    name: triggerName(spec.target, name),
    description: `Calls ${printTarget(spec.target)}`,
    eventPattern: jsonLiteral(patternOf(source)),
    state: source.enabled ? 'ENABLED' : 'DISABLED',
    ...(source.type === 'eventbridge' && source.eventBusName !== 'default'
      ? { eventBusName: source.eventBusName }
      : {}),
  })
  new CloudwatchEventTarget(scope, `${id}_target`, {
    rule: made.name,
    targetId: 'live',
    arn: live.arn,
    ...(source.type === 'eventbridge' && source.eventBusName !== 'default'
      ? { eventBusName: source.eventBusName }
      : {}),
  })
  mayCall(scope, `${id}_permission`, spec, live, { principal: 'events.amazonaws.com', sourceArn: made.arn })
}

/**
 * A bucket's own notifications are one list, which Terraform would own as a whole, and with it those for others. Its
 * events in EventBridge are for whoever has a rule (Amazon S3 user guide, "Using EventBridge").
 */
function patternOf(source: Ruled): object {
  if (source.type === 'eventbridge') return source.pattern
  const { bucket, events, prefix, suffix } = source
  return {
    source: ['aws.s3'],
    'detail-type': events,
    detail: {
      bucket: { name: [bucket] },
      ...(prefix === undefined && suffix === undefined ? {} : { object: { key: [keys(prefix, suffix)] } }),
    },
  }
}

// One matcher for both, since several would each be enough.
function keys(prefix: string | undefined, suffix: string | undefined): object {
  if (prefix === undefined) return { suffix }
  return suffix === undefined ? { prefix } : { wildcard: `${escaped(prefix)}*${escaped(suffix)}` }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\*]/g, sign => `\\${sign}`)
}
