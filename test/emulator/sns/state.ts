import type { Clock } from '../clock.ts'
import type { Owner } from '../cloudwatch/metrics.ts'

/** A message that a topic has taken. */
export type Published = {
  readonly id: string
  readonly topic: string
  readonly subject: string | undefined
  readonly message: string
  readonly attributes: Readonly<Record<string, string>>
  /** Of a FIFO topic. */
  readonly group: string | undefined
  readonly deduplication: string | undefined
  readonly at: number
}

/** Everything that SNS holds: the ARNs of topics, and what was published to them, oldest first. */
export type SnsState = { topics: Set<string>; published: Published[]; clock: Clock }

/** The ARN of a topic in an account and region. */
export function topicArn({ account, region }: Owner, name: string): string {
  return `arn:aws:sns:${region}:${account}:${name}`
}
