import type { ImageName } from '../../../scripts/artifacts/names.ts'
import { iamArn, type Place } from '../../../scripts/aws/arn.ts'

/** The principal that stands for whoever an account itself lets in. */
export function accountRoot(place: Place): string {
  return iamArn(place, 'root')
}

/** An image as ECS and Lambda take it: `<registry>/<repository>:<tag>`. */
export function imageUri({ account, region }: Place, { repository, tag }: ImageName): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${account}.dkr.ecr.${region}.${suffix}/${repository}:${tag}`
}
