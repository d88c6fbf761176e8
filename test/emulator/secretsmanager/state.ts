import type { Owner } from '../cloudwatch/metrics.ts'

/** One secret, with its current value alone. */
export type Secret = { arn: string; owner: Owner; name: string; value: string; version: string }

/** Everything that Secrets Manager holds: secrets by ARN. */
export type SecretsState = { secrets: Map<string, Secret> }
