import { partition } from './state-bucket.ts'

/** What a condition of an IAM policy compares: operator, key, values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A statement of a role's policy. */
export type Statement = {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Condition
}

/** An account and one of its regions. */
export type Place = { readonly account: string; readonly region: string }

/** A statement that allows some actions on some resources, under a condition when one is given. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Condition,
): Statement {
  const statement = { Sid, Effect: 'Allow', Action, Resource } as const
  return Condition === undefined ? statement : { ...statement, Condition }
}

/** The ARN of something in a region of an account. */
export function regionalArn(service: string, { account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:${service}:${region}:${account}:${resource}`
}

/** The ARN of something of IAM, which has no region. */
export function iamArn({ account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:iam::${account}:${resource}`
}

/** The ARN of a bucket, or of the objects of one whose keys match a pattern. */
export function s3Arn({ region }: Place, bucket: string, keys?: string): string {
  return `arn:${partition(region)}:s3:::${bucket}${keys === undefined ? '' : `/${keys}`}`
}
