import { lstat, readFile } from 'node:fs/promises'
import { UserError } from '../../base/user-error.ts'
import type { ZipServiceConfig } from '../../catalogue/service-config.ts'
import { buildErrors } from '../errors.ts'
import { readGivenZip } from '../given-zip.ts'
import type { Build } from '../selection.ts'
import { leftNothing, requireSize } from '../zip-limits.ts'

/** Whether a service's command leaves a zip, whose bytes are stored as they are. */
export function isGivenZip({ build: { output } }: ZipServiceConfig): boolean {
  return output.endsWith('.zip')
}

/** The bytes of the zip that a command has left at a path; throws if AWS would not take them. */
export async function givenZip(build: Build, path: string | undefined): Promise<Uint8Array> {
  const file = path === undefined ? undefined : await lstat(path).catch(() => undefined)
  if (path === undefined || file === undefined) throw leftNothing(build)
  if (!file.isFile()) throw unusable(build, 'it is not a file: leave out .zip for a folder')
  requireSize(build, file.size)
  const bytes = await readFile(path)
  const read = readGivenZip(bytes)
  if ('fault' in read) throw unusable(build, read.fault)
  if (read.files === 0) throw leftNothing(build)
  requireSize(build, read.unzipped)
  return bytes
}

function unusable({ service, config }: Build, cause: string): UserError {
  const { output } = (config as ZipServiceConfig).build
  return new UserError(buildErrors['build-output'], `${output} of ${service} cannot be used`, {
    cause,
    remedy: `Let build.command write a zip to services/${service}/${output}, or name a folder, which Waybill zips.`,
  })
}
