import { partition } from './partitions.ts'

/** An account and one of its regions. */
export type Place = { readonly account: string; readonly region: string }

/** The ARN of a resource in a region of an account. */
export function regionalArn(service: string, { account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:${service}:${region}:${account}:${resource}`
}

/** A pattern for the ARNs of resources in all regions, of one account or of all (`*`). */
export function anyRegionArn(service: string, { account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:${service}:*:${account}:${resource}`
}

/** The ARN of an IAM resource; IAM has no regions. */
export function iamArn({ account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:iam::${account}:${resource}`
}

/** The ARN of a policy that AWS itself maintains. */
export function managedPolicyArn({ region }: Pick<Place, 'region'>, name: string): string {
  return `arn:${partition(region)}:iam::aws:policy/${name}`
}

/** The ARN of a bucket, or of its objects whose keys match a pattern. */
export function s3Arn({ region }: Pick<Place, 'region'>, bucket: string, keys?: string): string {
  return `arn:${partition(region)}:s3:::${bucket}${keys === undefined ? '' : `/${keys}`}`
}
