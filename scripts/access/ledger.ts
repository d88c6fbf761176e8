import { iamArn } from '../aws/arn.ts'
import type { Environments } from '../catalogue/environments.ts'
import { roleNamesOf } from './role-names.ts'

/** The roles of the artifact account that read the ledgers of all environments: what pins a release, and what traces it. */
export function readersOfLedgers(environments: Environments): string[] {
  if (environments.github === undefined) return []
  const { release, read } = roleNamesOf(environments)
  return [release, read].map(name => iamArn(environments.artifacts, `role/${name}`))
}
