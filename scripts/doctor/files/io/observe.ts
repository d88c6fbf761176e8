import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { attemptAsync, valueIn } from '../../../base/attempt.ts'
import { attemptToReadServices } from '../../../catalogue/io/work-tree.ts'
import type { ServiceConfig } from '../../../catalogue/service-config.ts'
import { allFilesAt } from '../../../git/io/files.ts'
import type { Git } from '../../../git/io/git.ts'
import { headCommit } from '../../../git/io/revisions.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import type { Look } from '../../check.ts'

/** A folder below `services/`: its service, or what is wrong with it. */
export type ServiceSeen = {
  readonly folder: string
  readonly config: Look<readonly [ServiceName, ServiceConfig]>
}

/** Lists the files of the commit that is checked out; undefined if there is none. */
export async function observeFiles(git: Git): Promise<readonly string[] | undefined> {
  return valueIn(await attemptAsync(async () => await allFilesAt(git, await headCommit(git))))
}

/** Reads every service.json of the work tree; a bad one does not hide the others. */
export async function observeServices(root: string): Promise<ServiceSeen[]> {
  const { services, broken } = await attemptToReadServices(root)
  const usable = [...services].map(one => ({ folder: one[0], config: { value: one } }))
  return [...usable, ...[...broken].map(([folder, error]) => ({ folder, config: { error } }))]
}

/** The text of the work tree's lock file of Terraform's providers; undefined if there is none. */
export async function observeLockFile(root: string): Promise<string | undefined> {
  return await readFile(join(root, 'cdktf', '.terraform.lock.hcl'), 'utf8').catch(() => undefined)
}
