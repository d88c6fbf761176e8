import { realpath, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Stores } from '../../artifacts/io/stores.ts'
import { printArtifactName, type ZipName } from '../../artifacts/names.ts'
import { objectTags } from '../../aws/io/s3.ts'
import { quote } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import type { ZipServiceConfig } from '../../catalogue/service-config.ts'
import { trackedFiles } from '../../git/io/files.ts'
import type { Git } from '../../git/io/git.ts'
import { commitTime } from '../../git/io/revisions.ts'
import { buildErrors } from '../errors.ts'
import type { Build } from '../selection.ts'
import { makeZip, type ZipEntry } from '../zip.ts'
import type { BuildTools } from './docker.ts'
import { readZipEntries } from './zip-entries.ts'

/** What a build works with. */
export type BuildPlace = { readonly git: Git; readonly stores: Stores; readonly tools: BuildTools }

// AWS Lambda developer guide, "Lambda quotas": deployment package, unzipped.
const largestUnzipped = 250 * 1024 ** 2

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
  // Another run may have stored it meanwhile: the first one stays, and the caller reads back what there is.
  await (await place.stores.s3()).putNew(key, makeZip(entries), {
    type: 'application/zip',
    tags: objectTags(build.service, build.sourceCommit),
  })
}

/** Runs a service's build command in its folder; it learns of service, source commit and time by its environment. */
export async function runBuildCommand(
  { git, tools }: BuildPlace,
  build: Build,
  command: string,
): Promise<void> {
  const epoch = await commitTime(git, build.sourceCommit)
  const variables = { SERVICE: build.service, SOURCE_COMMIT: build.sourceCommit, SOURCE_DATE_EPOCH: epoch }
  const folder = join(git.root, 'services', build.service)
  if (await tools.runCommand(command, folder, variables)) return
  throw new UserError(buildErrors['build-failed'], `the build of ${build.service} failed`, {
    cause: `its command ended with an error: ${command}`,
    remedy: `Its output is above. Try it by hand: cd services/${build.service}, then the command.`,
  })
}

/** A link on the way to the output folder could lead anywhere, and the folder is emptied. */
async function requireInside(build: Build, folder: string, output: string): Promise<void> {
  const [home, parent] = await Promise.all([
    realpath(folder),
    realpath(dirname(output)).catch(() => undefined),
  ])
  if (parent === undefined || `${parent}${sep}`.startsWith(`${home}${sep}`)) return
  throw new UserError(
    buildErrors['build-output'],
    `the output folder of ${build.service} lies outside its folder, behind a link`,
    {
      cause: `${relative(folder, dirname(output))} leads to ${quote(parent)}, and the output folder is emptied before each build`,
      remedy: `Name a folder in services/${build.service} itself.`,
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
        cause: `${quote(tracked[0] ?? '')} is one, and the folder is emptied before each build`,
        remedy: 'Name a folder that only the build writes to, and put it into .gitignore.',
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
        remedy: `Let build.command write to services/${build.service}/${config.build.output}, or correct build.output.`,
      },
    )
  }
  const size = entries.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (size <= largestUnzipped) return
  throw new UserError(
    buildErrors['build-too-large'],
    `the zip of ${build.service} is too large: ${Math.round(size / 1024 ** 2)} MB unzipped`,
    {
      cause: `Lambda takes at most 250 MB; ${printArtifactName(build.name)} was not stored`,
      remedy: 'Leave out what the function does not need, or make it a lambda-image.',
    },
  )
}
