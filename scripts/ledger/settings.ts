import type { Environment } from '../catalogue/environments.ts'
import { type ServiceConfig, settingsIn } from '../catalogue/service-config.ts'
import { serviceJsonSource } from '../catalogue/sources.ts'
import { kindOf } from '../kinds/all.ts'
import type { Target } from '../names/target.ts'

/**
 * All settings that a service is deployed with in an environment, as text: those of its service.json, and what
 * environments.json says about its surroundings, and `own`, which the repository adds to its stack. The same settings give
 * the same text, in whatever order they are written.
 */
export function settingsText(
  { service, environment: name }: Target,
  config: ServiceConfig,
  environment: Environment,
  own?: string,
): string {
  const { account, region, cluster, listener, network } = environment
  const settings = settingsIn(kindOf(config), config, { name, environment }, serviceJsonSource(service))
  const around = { account, region, cluster, listener, network }
  return JSON.stringify({ kind: config.kind, settings, around, own }, inOrder)
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
