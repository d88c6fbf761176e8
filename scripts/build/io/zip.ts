import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { objectTags, printArtifactName } from '../../artifacts/names.ts'
import type { ZipName } from '../../artifacts/types.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { ZipServiceConfig } from '../../catalogue/service-config.ts'
import { trackedFiles } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { kindOf } from '../../kinds/all.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { mostZipBytes, mostZipEntries } from '../zip.ts'
import { type BuildPlace, runBuildCommand } from './build-command.ts'
import { requireInside } from './inside.ts'
import { type FoundEntry, findZipEntries } from './zip-entries.ts'
import { zipFolder } from './zip-folder.ts'

/** Builds a service's zip and stores it under its source commit's name, with one conditional write. */
export async function buildZip(place: BuildPlace, build: Build): Promise<void> {
  const config = build.config as ZipServiceConfig
  const folder = join(place.git.root, 'services', build.service)
  const output = join(folder, config.build.output)
  const parent = dirname(output)
  await requireInside(
    folder,
    parent,
    `the output folder of ${build.service} is outside its folder`,
    `It is emptied before each build: use a folder in services/${build.service} itself.`,
  )
  await clearOutput(place.git, build, output)
  await runBuildCommand(place, build, config.build.command)
  const made = await requireInside(
    place.git.root,
    output,
    `the output of ${build.service} is outside the repository`,
    'Let build.command write to the folder itself.',
  )
  const found = made === undefined ? undefined : findZipEntries(made)
  checkEntries(build, config, found)
  const { key } = build.name as ZipName
  // Another run may have stored it in the meantime: the first one stays, and the caller reads back what is stored.
  await (await place.stores.s3()).putNew(key, await zipFolder({ folder: made ?? output, found }), {
    type: 'application/zip',
    tags: objectTags(build.service, build.sourceCommit),
  })
}

async function clearOutput(git: Git, build: Build, output: string): Promise<void> {
  const tracked = await trackedFiles(git, output)
  if (tracked.length > 0) {
    throw new UserError(
      buildErrors['build-output'],
      `the output folder of ${build.service} holds files that git tracks`,
      {
        cause: `${quote(tracked[0] ?? '')} is one, but the folder is emptied before each build`,
        remedy: 'Use a folder that only the build writes to, and put it in .gitignore.',
      },
    )
  }
  await rm(output, { recursive: true, force: true })
}

function checkEntries(
  build: Build,
  config: ZipServiceConfig,
  entries: readonly FoundEntry[] | undefined,
): asserts entries is readonly FoundEntry[] {
  if (entries === undefined || entries.every(({ kind }) => kind === 'folder')) {
    throw new UserError(
      buildErrors['build-failed'],
      `the build of ${build.service} left nothing in ${config.build.output}`,
      {
        remedy: `Make build.command write to services/${build.service}/${config.build.output}, or correct build.output.`,
      },
    )
  }
  const { bytes: most, remedy } = kindOf(config).zipLimit ?? anyZip
  const size = entries.reduce((sum, one) => sum + one.size, 0)
  if (size > most) {
    const megabytes = (bytes: number) => Math.round(bytes / 1024 ** 2)
    throw tooLarge(build, `${megabytes(size)} MB unzipped`, `at most ${megabytes(most)} MB`, remedy)
  }
  if (entries.length > mostZipEntries) {
    const fewer = 'Bundle the code, or leave out what it does not need.'
    throw tooLarge(build, `${entries.length} files`, `at most ${mostZipEntries} files in a zip`, fewer)
  }
}

// Names and headers are in a zip too, and compression can add to what it cannot compress.
const anyZip = { bytes: mostZipBytes / 2, remedy: 'Leave out what it does not need.' }

function tooLarge(build: Build, has: string, accepted: string, remedy: string): UserError {
  return new UserError(buildErrors['build-too-large'], `the zip of ${build.service} is too large: ${has}`, {
    cause: `AWS accepts ${accepted}; ${printArtifactName(build.name)} was not stored`,
    remedy,
  })
}
