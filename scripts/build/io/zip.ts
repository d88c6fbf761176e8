import { realpath, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { printArtifactName } from '../../artifacts/names.ts'
import type { ZipName } from '../../artifacts/types.ts'
import { objectTags } from '../../aws/io/s3.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { ZipServiceConfig } from '../../catalogue/service-config.ts'
import { trackedFiles } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { kindOf } from '../../kinds/all.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { makeZip, type ZipEntry } from '../zip.ts'
import { type BuildPlace, runBuildCommand } from './build-command.ts'
import { readZipEntries } from './zip-entries.ts'

/** Builds a service's zip and stores it under its source commit's name, with one conditional write. */
export async function buildZip(place: BuildPlace, build: Build): Promise<void> {
  const config = build.config as ZipServiceConfig
  const folder = join(place.git.root, 'services', build.service)
  const output = join(folder, config.build.output)
  await requireInside(build, folder, output)
  await clearOutput(place.git, build, output)
  await runBuildCommand(place, build, config.build.command)
  const entries = await readZipEntries(output)
  checkEntries(build, config, entries)
  const { key } = build.name as ZipName
  // Another run may have stored it in the meantime: the first one stays, and the caller reads back what is stored.
  await (await place.stores.s3()).putNew(key, makeZip(entries), {
    type: 'application/zip',
    tags: objectTags(build.service, build.sourceCommit),
  })
}

/** The folder is emptied before each build, and a link on the way to it could lead anywhere. */
async function requireInside(build: Build, folder: string, output: string): Promise<void> {
  const [home, parent] = await Promise.all([
    realpath(folder),
    realpath(dirname(output)).catch(() => undefined),
  ])
  if (parent === undefined || `${parent}${sep}`.startsWith(`${home}${sep}`)) return
  throw new UserError(
    buildErrors['build-output'],
    `the output folder of ${build.service} is outside its folder, behind a link`,
    {
      cause: `${relative(folder, dirname(output))} leads to ${quote(parent)}, and the output folder is emptied before each build`,
      remedy: `Use a folder in services/${build.service} itself.`,
    },
  )
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
  entries: readonly ZipEntry[] | undefined,
): asserts entries is readonly ZipEntry[] {
  if (entries === undefined || entries.length === 0) {
    throw new UserError(
      buildErrors['build-failed'],
      `the build of ${build.service} left nothing in ${config.build.output}`,
      {
        remedy: `Make build.command write to services/${build.service}/${config.build.output}, or correct build.output.`,
      },
    )
  }
  const size = entries.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const limit = kindOf(config).zipLimit
  if (limit === undefined || size <= limit.bytes) return
  throw new UserError(
    buildErrors['build-too-large'],
    `the zip of ${build.service} is too large: ${Math.round(size / 1024 ** 2)} MB unzipped`,
    {
      cause: `AWS accepts at most ${limit.bytes / 1024 ** 2} MB; ${printArtifactName(build.name)} was not stored`,
      remedy: limit.remedy,
    },
  )
}
