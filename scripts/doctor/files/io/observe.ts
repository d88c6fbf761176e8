import { attemptToReadServices } from '../../../catalogue/io/work-tree.ts'
import type { ServiceConfig } from '../../../catalogue/service-config.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import type { Look } from '../../check.ts'

/** A folder below `services/`: its service, or what is wrong with it. */
export type ServiceSeen = {
  readonly folder: string
  readonly config: Look<readonly [ServiceName, ServiceConfig]>
}

/** Reads every service.json of the work tree; a bad one does not hide the others. */
export async function observeServices(root: string): Promise<ServiceSeen[]> {
  const { services, broken } = await attemptToReadServices(root)
  const usable = [...services].map(one => ({ folder: one[0], config: { value: one } }))
  return [...usable, ...[...broken].map(([folder, error]) => ({ folder, config: { error } }))]
}
