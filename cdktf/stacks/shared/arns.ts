import type { ImageName } from '../../../scripts/artifacts/types.ts'
import { iamArn, type Place } from '../../../scripts/aws/arn.ts'
import { registryHost } from '../../../scripts/aws/registry.ts'

/** The principal for an account, which decides itself who may use it. */
export function accountRoot(place: Place): string {
  return iamArn(place, 'root')
}

/** An image's URI for ECS and Lambda: `<registry>/<repository>:<tag>`. */
export function imageUri(place: Place, { repository, tag }: ImageName): string {
  return `${registryHost(place)}/${repository}:${tag}`
}
