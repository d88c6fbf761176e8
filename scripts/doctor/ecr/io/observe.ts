import type { ImageDetail, Repository } from '@aws-sdk/client-ecr'
import pLimit from 'p-limit'
import { type AwsSettings, required } from '../../../aws/io/calls.ts'
import { type EcrConnection, openEcr } from '../../../aws/io/clients.ts'
import { andThen } from '../../../base/attempt.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import type { Look } from '../../check.ts'
import { attemptCall, attemptCallOrNone } from '../../io/attempt-call.ts'
import { type Mutability, manyTags, type RepositoriesSeen, type RepositorySeen } from '../checks.ts'
import type { LifecycleImage } from '../lifecycle.ts'
import { judgeLifecycle } from '../lifecycle-check.ts'

// Enough to hide the round trips, and few enough to stay below the quotas for reads.
const mostAtOnce = 8
// Amazon ECR API reference, DescribeRepositories, ListImages and DescribeImages, maxResults.
const maxResults = 1000

/** Looks at the repositories that services use. */
export async function observeRepositories(
  settings: AwsSettings,
  wanted: ReadonlyMap<string, readonly ServiceName[]>,
): Promise<RepositoriesSeen> {
  if (wanted.size === 0) return { all: { value: new Map() }, each: [] }
  const ecr = await openEcr(settings)
  const slots = pLimit(mostAtOnce)
  const [all, ...each] = await Promise.all([
    describeAll(ecr),
    ...[...wanted].map(([name, services]) => slots(() => observeRepository(ecr, name, services))),
  ])
  return { all, each }
}

async function observeRepository(
  ecr: EcrConnection,
  name: string,
  services: readonly ServiceName[],
): Promise<RepositorySeen> {
  const [policy, images] = await Promise.all([readPolicy(ecr, name), readCrowded(ecr, name)])
  const lifecycle = andThen(policy, text => judgeLifecycle(text, name, services))
  if (!('value' in lifecycle) || lifecycle.value.risk === undefined)
    return { name, services, lifecycle, images }
  const threatened = await describeImages(ecr, name)
  const more = 'value' in threatened ? { images: threatened.value } : {}
  return { name, services, lifecycle: { value: { ...lifecycle.value, ...more } }, images }
}

async function describeAll({ settings, sdk, client }: EcrConnection): Promise<Look<Map<string, Mutability>>> {
  const call = { right: 'ecr:DescribeRepositories', doing: 'list the repositories' }
  return await attemptCall(settings, call, async () => {
    const found = new Map<string, Mutability>()
    const input = { registryId: settings.account, maxResults }
    for await (const { repositories } of sdk.paginateDescribeRepositories({ client }, input))
      for (const one of required(repositories))
        if (one.registryId === settings.account) found.set(one.repositoryName ?? '', mutabilityOf(one))
    return found
  })
}

function mutabilityOf({ imageTagMutability, imageTagMutabilityExclusionFilters }: Repository): Mutability {
  const exclusions = (imageTagMutabilityExclusionFilters ?? []).map(({ filter }) => filter ?? '*')
  return { setting: imageTagMutability ?? 'MUTABLE', exclusions }
}

function readPolicy(
  { settings, sdk, client }: EcrConnection,
  repositoryName: string,
): Promise<Look<string | undefined>> {
  const call = {
    right: 'ecr:GetLifecyclePolicy',
    doing: `read the lifecycle policy of ${repositoryName}`,
    none: 'LifecyclePolicyNotFoundException',
  }
  return attemptCallOrNone(settings, call, async () => {
    const command = new sdk.GetLifecyclePolicyCommand({ registryId: settings.account, repositoryName })
    return required((await client.send(command)).lifecyclePolicyText)
  })
}

/** Reads the images of a repository if it has as many tags as one crowded image; otherwise one short call is enough. */
async function readCrowded(ecr: EcrConnection, repositoryName: string): Promise<Look<LifecycleImage[]>> {
  const { settings, sdk, client } = ecr
  const call = { right: 'ecr:ListImages', doing: `list the tags of ${repositoryName}` }
  const input = { registryId: settings.account, repositoryName, maxResults }
  const first = await attemptCall(settings, call, async () => {
    const filter = { tagStatus: 'TAGGED' } as const
    const { imageIds, nextToken } = await client.send(new sdk.ListImagesCommand({ ...input, filter }))
    return nextToken === undefined && required(imageIds).length < manyTags
  })
  if (!('value' in first)) return first
  return first.value ? { value: [] } : await describeImages(ecr, repositoryName)
}

async function describeImages(
  { settings, sdk, client }: EcrConnection,
  repositoryName: string,
): Promise<Look<LifecycleImage[]>> {
  const call = { right: 'ecr:DescribeImages', doing: `list the images of ${repositoryName}` }
  return await attemptCall(settings, call, async () => {
    const input = { registryId: settings.account, repositoryName, maxResults }
    const found: LifecycleImage[] = []
    for await (const { imageDetails } of sdk.paginateDescribeImages({ client }, input))
      found.push(...required(imageDetails).map(imageOf))
    return found
  })
}

function imageOf(one: ImageDetail): LifecycleImage {
  return {
    digest: one.imageDigest ?? '',
    tags: one.imageTags ?? [],
    pushedAt: (one.lastActivatedAt ?? one.imagePushedAt)?.getTime() ?? 0,
    pulledAt: one.lastRecordedPullTime?.getTime(),
    archivedAt: one.imageStatus === 'ARCHIVED' ? (one.lastArchivedAt?.getTime() ?? 0) : undefined,
  }
}
