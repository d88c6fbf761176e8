import type { Need } from '../kind.ts'
import type { FunctionSettings } from './settings.ts'

type Networked = Pick<FunctionSettings, 'inNetwork' | 'securityGroups'>

/** What a function needs of its environment: in its network, also a security group, which Lambda requires there. */
export function functionNeeds({ inNetwork, securityGroups }: Networked): { readonly fields: Need[] } {
  if (!inNetwork) return { fields: [] }
  return { fields: securityGroups === undefined ? ['network', 'securityGroups'] : ['network'] }
}
