import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { attemptAsync } from '../../../base/attempt.ts'
import { readService } from '../../../catalogue/io/work-tree.ts'
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
  const entries = await readdir(join(root, 'services'), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const seen = await Promise.all(
    folders
      .toSorted()
      .map(async folder => ({ folder, config: await attemptAsync(() => readService(root, folder)) })),
  )
  // A folder without a service.json is not a service.
  return seen.filter(({ config }) => !('value' in config) || config.value !== undefined) as ServiceSeen[]
}
