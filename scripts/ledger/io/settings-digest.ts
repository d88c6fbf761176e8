import type { Environment } from '../../catalogue/environments.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import type { Digest } from '../../names/digest.ts'
import type { Target } from '../../names/target.ts'
import { settingsText } from '../settings.ts'
import { digestOf } from './digest-of.ts'

/**
 * The SHA-256 of all settings that a service is deployed with in an environment, with `own`, which the repository adds to
 * its stack.
 */
export function settingsDigest(
  target: Target,
  config: ServiceConfig,
  environment: Environment,
  own?: string,
): Digest {
  return digestOf(settingsText(target, config, environment, own))
}
