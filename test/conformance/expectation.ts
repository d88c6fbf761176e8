import { isUnserved, readRefusal } from './refusal.ts'
import type { Row } from './rows.ts'
import type { Target } from './target.ts'

/** What only some targets have. */
export type Need =
  | 'another account'
  | 'custom metrics'
  | 'expired credentials'
  | 'faults'
  | 'lifecycle preview'
  | 'own account'
  | 'pretended sizes'
  | 'thousands of calls'

/** One thing that AWS does, and where it is said that it does. */
export type Expectation = {
  title: string
  row: Row
  service:
    | 'ecr'
    | 's3'
    | 'sts'
    | 'ecs'
    | 'ec2'
    | 'elasticloadbalancing'
    | 'iam'
    | 'lambda'
    | 'cloudwatch'
    | 'scheduler'
    | 'events'
    | 'sns'
    | 'logs'
    | 'secretsmanager'
  /** The page and section of AWS's documentation, the SDK's module, or the public issue. */
  source: string
  needs?: Need
  /** Throws when the target does something else. */
  run: (target: Target) => Promise<void>
}

/** Holds the target to an expectation, or skips with the reason why it cannot be asked. */
export async function meet(
  { service, needs, run }: Expectation,
  target: Target,
  skip: (reason: string) => never,
): Promise<void> {
  const reason = target.unserved[service] ?? (needs && target.lacks[needs])
  if (reason !== undefined) skip(reason)
  try {
    await run(target)
  } catch (cause) {
    if (!target.mustServeAll && isUnserved(cause))
      skip(`${target.label} does not serve it: ${readRefusal(cause).name}`)
    throw cause
  }
}

/** A section of a page of the Amazon ECR API Reference. */
export const ecrReference = (operation: string, section: string) =>
  `Amazon ECR API Reference, ${operation}, ${section}`

/** A section of a page of the Amazon S3 API Reference. */
export const s3Reference = (operation: string, section: string) =>
  `Amazon S3 API Reference, ${operation}, ${section}`

/** A page of the Amazon S3 User Guide. */
export const s3Guide = (page: string) => `Amazon S3 User Guide, ${page}`
