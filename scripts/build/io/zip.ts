import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { objectTags } from '../../artifacts/names.ts'
import type { ZipName } from '../../artifacts/types.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { ZipServiceConfig } from '../../catalogue/service-config.ts'
import { trackedFiles } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { mostZipEntries } from '../zip.ts'
import { leftNothing, requireSize, tooLarge } from '../zip-limits.ts'
import { type BuildPlace, runBuildCommand } from './build-command.ts'
import { givenZip, isGivenZip } from './given-zip.ts'
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
  const bytes = isGivenZip(config) ? await givenZip(build, made) : await zipOf(build, made ?? output)
  const { key } = build.name as ZipName
  // Another run may have stored it in the meantime: the first one stays, and the caller reads back what is stored.
  await (await place.stores.s3()).putNew(key, bytes, {
    type: 'application/zip',
    tags: objectTags(build.service, build.sourceCommit),
  })
}

async function zipOf(build: Build, folder: string): Promise<Uint8Array> {
  const found = findZipEntries(folder)
  checkEntries(build, found)
  return await zipFolder({ folder, found })
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
  entries: readonly FoundEntry[] | undefined,
): asserts entries is readonly FoundEntry[] {
  if (entries === undefined || entries.every(({ kind }) => kind === 'folder')) throw leftNothing(build)
  const size = entries.reduce((sum, one) => sum + one.size, 0)
  requireSize(build, size)
  if (entries.length > mostZipEntries) {
    const fewer = 'Bundle the code, or leave out what it does not need.'
    throw tooLarge(build, `${entries.length} files`, `at most ${mostZipEntries} files in a zip`, fewer)
  }
}
