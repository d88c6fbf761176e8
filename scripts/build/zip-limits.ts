import { printArtifactName } from '../artifacts/names.ts'
import { UserError } from '../base/user-error.ts'
import type { ZipServiceConfig } from '../catalogue/service-config.ts'
import { kindOf } from '../kinds/all.ts'
import { buildErrors } from './errors.ts'
import type { Build } from './selection.ts'
import { mostZipBytes } from './zip.ts'

/** Throws if the files of a zip are larger than its kind takes. */
export function requireSize(build: Build, size: number): void {
  const { bytes: most, remedy } = kindOf(build.config).zipLimit ?? anyZip
  if (size <= most) return
  const megabytes = (bytes: number) => Math.round(bytes / 1024 ** 2)
  throw tooLarge(build, `${megabytes(size)} MB unzipped`, `at most ${megabytes(most)} MB`, remedy)
}

/** The error for a build whose command has left nothing where its output should be. */
export function leftNothing({ service, config }: Build): UserError {
  const { output } = (config as ZipServiceConfig).build
  return new UserError(buildErrors['build-failed'], `the build of ${service} left nothing in ${output}`, {
    remedy: `Make build.command write to services/${service}/${output}, or correct build.output.`,
  })
}

// Names and headers are in a zip too, and compression can add to what it cannot compress.
const anyZip = { bytes: mostZipBytes / 2, remedy: 'Leave out what it does not need.' }

/** The error for a zip that is beyond what AWS accepts. */
export function tooLarge(build: Build, has: string, accepted: string, remedy: string): UserError {
  return new UserError(buildErrors['build-too-large'], `the zip of ${build.service} is too large: ${has}`, {
    cause: `AWS accepts ${accepted}; ${printArtifactName(build.name)} was not stored`,
    remedy,
  })
}
