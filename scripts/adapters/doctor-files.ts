import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Attempt } from '../core/doctor.ts'
import type { ServiceConfig } from '../core/service-config.ts'
import type { ServiceName } from '../core/service-name.ts'
import { attempt } from './doctor-attempt.ts'
import { readService } from './files.ts'

/** What the folders of `services/` hold: each service, or what is wrong with it. */
export type ServiceSeen = {
  readonly folder: string
  readonly config: Attempt<readonly [ServiceName, ServiceConfig]>
}

/** Reads every service.json of the work tree; a bad one does not hide the others. */
export async function observeServices(root: string): Promise<ServiceSeen[]> {
  const entries = await readdir(join(root, 'services'), { withFileTypes: true }).catch(() => [])
  const folders = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const seen = await Promise.all(
    folders
      .toSorted()
      .map(async folder => ({ folder, config: await attempt(() => readService(root, folder)) })),
  )
  // A folder without a service.json is no service.
  return seen.filter(({ config }) => !('value' in config) || config.value !== undefined) as ServiceSeen[]
}
