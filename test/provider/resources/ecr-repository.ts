import type { ImageTagMutability, Repository } from '@aws-sdk/client-ecr'
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import type { Aws } from '../aws/configuration.ts'
import type { State, Value } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { blocks, oneBlock, present, text, textMap, unlessDefault } from './shape.ts'
import { tagChanges, tagList, tagMap } from './tags.ts'

/** `aws_ecr_repository`. */
export const ecrRepository: ResourceType = {
  label: 'ECR Repository',
  ...knownBy('name'),
  replaceOn: ['encryption_configuration', 'name', 'region'],
  create: async ({ ecr }, planned) => {
    const { repository } = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: String(planned.name),
        ...mutabilityOf(planned),
        ...present({
          tags: tagList(textMap(planned.tags_all)),
          imageScanningConfiguration: scanningOf(planned.image_scanning_configuration),
          encryptionConfiguration: oneBlock(planned.encryption_configuration, block =>
            present({
              encryptionType: (text(block.encryption_type) ?? 'AES256') as 'AES256' | 'KMS',
              kmsKey: text(block.kms_key),
            }),
          ),
        }),
      }),
    )
    return computed(repository)
  },
  read: async ({ ecr }, state) => {
    const repositoryNames = [String(state.name)]
    const seen = await found(ecr.send(new DescribeRepositoriesCommand({ repositoryNames })))
    const [repository] = seen?.repositories ?? []
    if (repository === undefined) return null
    const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository.repositoryArn }))
    return {
      ...computed(repository),
      tags_all: tagMap(tags),
      image_tag_mutability: unlessDefault(
        state.image_tag_mutability,
        repository.imageTagMutability,
        'MUTABLE',
      ),
      image_tag_mutability_exclusion_filter: (repository.imageTagMutabilityExclusionFilters ?? []).map(
        ({ filter = '', filterType = '' }) => ({ filter, filter_type: filterType }),
      ),
    }
  },
  update: updateRepository,
  remove: async ({ ecr }, prior) => {
    const force = prior.force_delete === true
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: String(prior.name), force }))
  },
}

async function updateRepository({ ecr }: Aws, change: Change): Promise<State> {
  const { prior, planned, changed } = change
  const repositoryName = String(planned.name)
  if (changed.has('image_tag_mutability') || changed.has('image_tag_mutability_exclusion_filter')) {
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...mutabilityOf(planned) }))
  }
  const imageScanningConfiguration = scanningOf(planned.image_scanning_configuration)
  if (changed.has('image_scanning_configuration') && imageScanningConfiguration) {
    await ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }))
  }
  if (changed.has('tags_all')) {
    const resourceArn = String(prior.arn)
    const { set, gone } = tagChanges(change)
    if (gone.length > 0) await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }))
    if (Object.keys(set).length > 0) {
      await ecr.send(new TagResourceCommand({ resourceArn, tags: tagList(set) }))
    }
  }
  return {}
}

function mutabilityOf(planned: State) {
  const filters = blocks(planned.image_tag_mutability_exclusion_filter).map(({ filter, filter_type }) => ({
    filter: String(filter),
    filterType: String(filter_type) as 'WILDCARD',
  }))
  return {
    imageTagMutability: (text(planned.image_tag_mutability) ?? 'MUTABLE') as ImageTagMutability,
    ...(filters.length > 0 ? { imageTagMutabilityExclusionFilters: filters } : {}),
  }
}

function scanningOf(value: Value | undefined): { scanOnPush: boolean } | undefined {
  return oneBlock(value, ({ scan_on_push }) => ({ scanOnPush: scan_on_push === true }))
}

function computed(repository: Repository | undefined): State {
  return {
    id: repository?.repositoryName ?? null,
    arn: repository?.repositoryArn ?? null,
    registry_id: repository?.registryId ?? null,
    repository_url: repository?.repositoryUri ?? null,
  }
}
