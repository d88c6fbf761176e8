/** An account and one of its regions. */
export type Place = { readonly account: string; readonly region: string }

// The partitions of botocore's endpoints.json; every other region is in `aws`.
const partitions = [
  [/^cn-/, 'aws-cn'],
  [/^us-gov-/, 'aws-us-gov'],
  [/^eusc-/, 'aws-eusc'],
  [/^us-iso-/, 'aws-iso'],
  [/^us-isob-/, 'aws-iso-b'],
  [/^eu-isoe-/, 'aws-iso-e'],
  [/^us-isof-/, 'aws-iso-f'],
] as const

/** The partition of a region, as ARNs have it. */
export function partition(region: string): string {
  return partitions.find(([sign]) => sign.test(region))?.[1] ?? 'aws'
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
export function s3Arn({ region }: Pick<Place, 'region'>, bucket: string, keys?: string): string {
  return `arn:${partition(region)}:s3:::${bucket}${keys === undefined ? '' : `/${keys}`}`
}
