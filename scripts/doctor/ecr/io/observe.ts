import type { ImageDetail, Repository } from '@aws-sdk/client-ecr'
import pLimit from 'p-limit'
import { type AwsSettings, clientConfig, notWhole } from '../../../aws/io/calls.ts'
import { andThen } from '../../../base/attempt.ts'
import type { ServiceName } from '../../../names/service-name.ts'
import type { Look } from '../../check.ts'
import { attemptCall } from '../../io/attempt-call.ts'
import { type Mutability, manyTags, type RepositoriesSeen, type RepositorySeen } from '../checks.ts'
import type { LifecycleImage } from '../lifecycle.ts'
import { judgeLifecycle } from '../lifecycle-check.ts'

// Enough to hide the round trips, few enough not to meet a quota of reads.
const mostAtOnce = 8
// Amazon ECR API reference, DescribeRepositories, ListImages and DescribeImages, maxResults.
const maxResults = 1000

type Ask = {
  readonly settings: AwsSettings
  readonly sdk: typeof import('@aws-sdk/client-ecr')
  readonly client: import('@aws-sdk/client-ecr').ECRClient
}

/** Looks at the repositories that services keep their images in. */
export async function observeRepositories(
  settings: AwsSettings,
  wanted: ReadonlyMap<string, readonly ServiceName[]>,
): Promise<RepositoriesSeen> {
  if (wanted.size === 0) return { all: { value: new Map() }, each: [] }
  const sdk = await import('@aws-sdk/client-ecr')
  const ask = { settings, sdk, client: new sdk.ECRClient(clientConfig(settings)) }
  const slots = pLimit(mostAtOnce)
  const [all, ...each] = await Promise.all([
    describeAll(ask),
    ...[...wanted].map(([name, services]) => slots(() => observeRepository(ask, name, services))),
  ])
  return { all, each }
}

async function observeRepository(
  ask: Ask,
  name: string,
  services: readonly ServiceName[],
): Promise<RepositorySeen> {
  const [policy, images] = await Promise.all([readPolicy(ask, name), readCrowded(ask, name)])
  const lifecycle = andThen(policy, text => judgeLifecycle(text, name, services))
  if (!('value' in lifecycle) || lifecycle.value.risk === undefined)
    return { name, services, lifecycle, images }
  const threatened = await describeImages(ask, name)
  const more = 'value' in threatened ? { images: threatened.value } : {}
  return { name, services, lifecycle: { value: { ...lifecycle.value, ...more } }, images }
}

async function describeAll({ settings, sdk, client }: Ask): Promise<Look<Map<string, Mutability>>> {
  const call = { right: 'ecr:DescribeRepositories', doing: 'list the repositories' }
  return (await attemptCall(settings, call, async () => {
    const found = new Map<string, Mutability>()
    const input = { registryId: settings.account, maxResults }
    for await (const { repositories } of sdk.paginateDescribeRepositories({ client }, input))
      for (const one of whole(repositories))
        if (one.registryId === settings.account) found.set(one.repositoryName ?? '', mutabilityOf(one))
    return found
  })) as Look<Map<string, Mutability>>
}

function mutabilityOf({ imageTagMutability, imageTagMutabilityExclusionFilters }: Repository): Mutability {
  const exclusions = (imageTagMutabilityExclusionFilters ?? []).map(({ filter }) => filter ?? '*')
  return { setting: imageTagMutability ?? 'MUTABLE', exclusions }
}

function readPolicy(
  { settings, sdk, client }: Ask,
  repositoryName: string,
): Promise<Look<string | undefined>> {
  const call = {
    right: 'ecr:GetLifecyclePolicy',
    doing: `read the lifecycle policy of ${repositoryName}`,
    none: 'LifecyclePolicyNotFoundException',
  }
  return attemptCall(settings, call, async () => {
    const command = new sdk.GetLifecyclePolicyCommand({ registryId: settings.account, repositoryName })
    return whole((await client.send(command)).lifecyclePolicyText)
  })
}

/** The images of a repository that has as many tags as one crowded image; none of another, after one short call. */
async function readCrowded(ask: Ask, repositoryName: string): Promise<Look<LifecycleImage[]>> {
  const { settings, sdk, client } = ask
  const call = { right: 'ecr:ListImages', doing: `list the tags of ${repositoryName}` }
  const input = { registryId: settings.account, repositoryName, maxResults }
  const first = await attemptCall(settings, call, async () => {
    const filter = { tagStatus: 'TAGGED' } as const
    const { imageIds, nextToken } = await client.send(new sdk.ListImagesCommand({ ...input, filter }))
    return nextToken === undefined && whole(imageIds).length < manyTags
  })
  if (!('value' in first)) return first
  return first.value === true ? { value: [] } : await describeImages(ask, repositoryName)
}

async function describeImages(
  { settings, sdk, client }: Ask,
  repositoryName: string,
): Promise<Look<LifecycleImage[]>> {
  const call = { right: 'ecr:DescribeImages', doing: `list the images of ${repositoryName}` }
  return (await attemptCall(settings, call, async () => {
    const input = { registryId: settings.account, repositoryName, maxResults }
    const found: LifecycleImage[] = []
    for await (const { imageDetails } of sdk.paginateDescribeImages({ client }, input))
      found.push(...whole(imageDetails).map(imageOf))
    return found
  })) as Look<LifecycleImage[]>
}

// A field that every answer has: without it there was no answer, and its absence must not pass for "none".
function whole<T>(field: T | undefined): T {
  if (field === undefined) throw notWhole()
  return field
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
