import type { ImageName } from '../../../scripts/artifacts/types.ts'
import { iamArn, type Place } from '../../../scripts/aws/arn.ts'
import { registryHost } from '../../../scripts/aws/registry.ts'

/** The principal that stands for whoever an account itself lets in. */
export function accountRoot(place: Place): string {
  return iamArn(place, 'root')
}

/** An image as ECS and Lambda take it: `<registry>/<repository>:<tag>`. */
export function imageUri(place: Place, { repository, tag }: ImageName): string {
  return `${registryHost(place)}/${repository}:${tag}`
}
