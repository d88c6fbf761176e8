import type { ImageName } from '../../scripts/core/artifact-names.ts'
import { partition } from '../../scripts/core/state-bucket.ts'

/** An account and region of AWS. */
export type Place = { readonly account: string; readonly region: string }

/** The ARN of something in an account and region: `resource` is what stands behind the account. */
export function arn(service: string, { account, region }: Place, resource: string): string {
  return `arn:${partition(region)}:${service}:${region}:${account}:${resource}`
}

/** The principal that stands for whoever an account itself lets in. */
export function accountRoot({ account, region }: Place): string {
  return `arn:${partition(region)}:iam::${account}:root`
}

/** An image as ECS and Lambda take it: `<registry>/<repository>:<tag>`. */
export function imageUri({ account, region }: Place, { repository, tag }: ImageName): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${account}.dkr.ecr.${region}.${suffix}/${repository}:${tag}`
}
