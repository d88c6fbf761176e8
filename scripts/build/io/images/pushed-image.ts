import { readConfig } from '../../../artifacts/io/image-config.ts'
import type { Stores } from '../../../artifacts/io/stores.ts'
import { findStored } from '../../../artifacts/io/stores.ts'
import { printArtifactName } from '../../../artifacts/names.ts'
import type { ImageName } from '../../../artifacts/types.ts'
import { attemptAsync } from '../../../base/attempt.ts'
import { UserError } from '../../../base/user-error.ts'
import type { ImageServiceConfig } from '../../../catalogue/service-config.ts'
import { buildErrors } from '../../errors.ts'
import { faultOfPushed, platformIn, readPushed } from '../../pushed-image.ts'
import type { Build } from '../../selection.ts'
import { type BuildPlace, runBuildCommand } from '../build-command.ts'
import type { SignedIn } from './open-tools.ts'

/** Runs the command of a service that pushes its image itself, and looks at what is stored afterwards. */
export async function runPushingCommand(place: BuildPlace, build: Build): Promise<void> {
  const { command = '', platforms } = (build.config as ImageServiceConfig).build
  const { host, variables } = place.registry as SignedIn
  const { repository, tag } = build.name as ImageName
  const ran = await attemptAsync(() =>
    runBuildCommand(place, build, command, {
      ...variables,
      IMAGE: `${host}/${repository}:${tag}`,
      REGISTRY: host,
      REPOSITORY: repository,
      TAG: tag,
      PLATFORMS: platforms.join(','),
    }),
  )
  const isStored = (await findStored(place.stores, [build.name])).has(build.name)
  // Another run may have stored it in the meantime: its tag is immutable, so this push was refused.
  if ('error' in ran && !(isStored && ran.error.errorCode === buildErrors['build-failed'])) throw ran.error
  if (!isStored) throw notPushed(build)
  await requireFit(place.stores, build)
}

/** Throws if the image that a command has pushed cannot run where its service does. */
export async function requireFit(stores: Stores, build: Build): Promise<void> {
  const { repository, tag } = build.name as ImageName
  const ecr = await stores.ecr()
  const image = (await ecr.find(repository, [tag])).get(tag)
  if (image === undefined) throw notPushed(build)
  const pushed = readPushed(image.manifest)
  const config =
    pushed !== undefined && 'config' in pushed
      ? await readConfig(await ecr.login(), repository, pushed.config)
      : undefined
  const fault = faultOfPushed(build, pushed, config === undefined ? undefined : platformIn(config))
  if (fault === undefined) return
  throw new UserError(
    buildErrors['build-unfit'],
    `the image that the build of ${build.service} pushed cannot run as ${build.config.kind}`,
    {
      cause: `${printArtifactName(build.name)}: ${fault}`,
      remedy:
        'Correct build.command or build.platforms and commit that: it makes a new source commit, and so a new name.',
    },
  )
}

function notPushed({ service, name }: Build): UserError {
  return new UserError(
    buildErrors['build-not-stored'],
    `the build of ${service} did not push ${printArtifactName(name)}`,
    {
      cause: 'its command succeeded, but there is no image of that name',
      remedy: 'Let build.command push to "$IMAGE", tag and all.',
    },
  )
}
