import { join } from 'node:path'
import { findStored } from '../../../artifacts/io/stores.ts'
import { printArtifactName } from '../../../artifacts/names.ts'
import type { ImageName } from '../../../artifacts/types.ts'
import { UserError } from '../../../base/user-error.ts'
import type { ImageServiceConfig } from '../../../catalogue/service-config.ts'
import type { Git } from '../../../git/io/git.ts'
import { remoteAddress } from '../../../git/io/remote.ts'
import { commitTime } from '../../../git/io/revisions.ts'
import { kindOf } from '../../../kinds/all.ts'
import { buildErrors } from '../../errors.ts'
import { imageOptions } from '../../image-options.ts'
import { type Build, pushesItself } from '../../selection.ts'
import { type BuildPlace, runBuildCommand } from '../build-command.ts'
import { requireInside } from '../inside.ts'
import { runPushingCommand } from './pushed-image.ts'

/** Builds a service's image, with docker buildx unless its command pushes it, and stores it under its source commit's name. */
export async function buildImage(place: BuildPlace, build: Build): Promise<void> {
  if (pushesItself(build)) return await runPushingCommand(place, build)
  const config = build.config as ImageServiceConfig
  const { git, stores, tools } = place
  const options = imageOptions(build, place.environment)
  if (config.build.command !== undefined) await runBuildCommand(place, build, config.build.command)
  const { host } = await (await stores.ecr()).login()
  const { repository, tag } = build.name as ImageName
  const folder = join('services', build.service)
  const dockerfile = join(folder, config.build.dockerfile ?? 'Dockerfile')
  const context = config.build.context ?? folder
  for (const path of [dockerfile, context]) {
    const what = `${path}, which ${build.service} is built from, is outside the repository`
    await requireInside(git.root, join(git.root, path), what, 'Replace the link by what it leads to.')
  }
  const built = await tools.buildImage({
    reference: `${host}/${repository}:${tag}`,
    dockerfile,
    context,
    platforms: config.build.platforms,
    labels: await imageLabels(git, build),
    // Lambda refuses an index, and attestations inside an image make it one.
    attestations: kindOf(config).acceptsIndex,
    epoch: await commitTime(git, build.sourceCommit),
    ...options,
  })
  if (built) return
  // Another run may have stored it in the meantime: its tag is immutable, so this push was refused.
  const stored = await findStored(stores, [build.name])
  if (stored.has(build.name)) return
  throw new UserError(buildErrors['build-failed'], `the image of ${build.service} was not built`, {
    cause: `docker buildx build ended with an error, and ${printArtifactName(build.name)} is not stored`,
  })
}

/** The labels of an image (OCI image specification, "Annotations"). */
async function imageLabels(git: Git, build: Build): Promise<Record<string, string>> {
  const address = await remoteAddress(git)
  const epoch = Number(await commitTime(git, build.sourceCommit))
  return {
    'org.opencontainers.image.title': build.service,
    'org.opencontainers.image.revision': build.sourceCommit,
    'org.opencontainers.image.created': new Date(epoch * 1000).toISOString(),
    ...(address === undefined ? {} : { 'org.opencontainers.image.source': address }),
  }
}
