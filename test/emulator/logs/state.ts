import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Owner } from '../cloudwatch/metrics.ts'

/** A line of a stream. */
export type LogEvent = {
  readonly logStreamName: string
  readonly timestamp: number
  readonly message: string
}

/** Everything that CloudWatch Logs holds: the events of each group by its ARN, oldest first. */
export type LogsState = { groups: Map<string, LogEvent[]>; clock: Clock }

/** The ARN of a log group in an account and region. */
export function groupArn({ account, region }: Owner, name: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`
}

/** Keeps what a version of a function has logged, as Lambda does (AWS Lambda developer guide, "CloudWatch Logs"). */
export function keepLog(
  { groups, clock }: LogsState,
  owner: Owner,
  { name, version, text }: { readonly name: string; readonly version: string; readonly text: string },
): void {
  const lines = text.split('\n').filter(Boolean)
  const arn = groupArn(owner, `/aws/lambda/${name}`)
  const timestamp = clock.now()
  const day = new Date(timestamp).toISOString().slice(0, 10).replaceAll('-', '/')
  const instance = createHash('sha256').update(`${arn} ${version}`).digest('hex').slice(0, 32)
  const logStreamName = `${day}/[${version}]${instance}`
  const events = groups.get(arn) ?? []
  events.push(...lines.map(message => ({ logStreamName, timestamp, message })))
  groups.set(arn, events)
}
