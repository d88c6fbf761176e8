import type { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Owner } from '../cloudwatch/metrics.ts'
import type { putRuleSchema, targetSchema } from './input.ts'

/** A target of a rule, as it was put. */
export type Target = z.output<typeof targetSchema>

/** One rule of the default event bus. */
export type Rule = {
  arn: string
  owner: Owner
  settings: z.output<typeof putRuleSchema>
  targets: Map<string, Target>
  tags: Map<string, string>
}

/** Everything that EventBridge holds: the rules of the default bus by ARN. */
export type EventsState = { rules: Map<string, Rule>; clock: Clock }

/** The ARN of a rule of the default bus in an account and region. */
export function ruleArn({ account, region }: Owner, name: string): string {
  return `arn:aws:events:${region}:${account}:rule/${name}`
}
