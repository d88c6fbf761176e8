import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { EcrError } from './errors.ts'
import { pageSchema, paginate, readInput, resourceTagsSchema, targetSchema } from './input.ts'
import type { EcrState, Repository } from './state.ts'
import { findRepository, repositoryKey } from './state.ts'

const mutabilitySchema = z.enum([
  'MUTABLE',
  'IMMUTABLE',
  'IMMUTABLE_WITH_EXCLUSION',
  'MUTABLE_WITH_EXCLUSION',
])
const filtersSchema = z
  .array(z.object({ filterType: z.literal('WILDCARD'), filter: z.string().min(1).max(128) }))
  .max(5)
const createSchema = targetSchema.extend({
  tags: resourceTagsSchema.exactOptional(),
  imageTagMutability: mutabilitySchema.exactOptional(),
  imageTagMutabilityExclusionFilters: filtersSchema.exactOptional(),
  imageScanningConfiguration: z.object({ scanOnPush: z.boolean().exactOptional() }).exactOptional(),
  encryptionConfiguration: z
    .object({ encryptionType: z.enum(['AES256', 'KMS', 'KMS_DSSE']), kmsKey: z.string().exactOptional() })
    .exactOptional(),
})
const deleteSchema = targetSchema.extend({ force: z.boolean().exactOptional() })
const putMutabilitySchema = targetSchema.extend({
  imageTagMutability: mutabilitySchema,
  imageTagMutabilityExclusionFilters: filtersSchema.exactOptional(),
})
const putScanningSchema = targetSchema.extend({
  imageScanningConfiguration: z.object({ scanOnPush: z.boolean().exactOptional() }),
})
const describeSchema = pageSchema.extend({
  registryId: targetSchema.shape.registryId,
  repositoryNames: z.array(targetSchema.shape.repositoryName).min(1).max(100).exactOptional(),
})

/** CreateRepository. */
export function createRepository(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(createSchema, input)
  const { account, region } = identity
  const name = request.repositoryName
  const key = repositoryKey(account, region, name)
  if (state.repositories.has(key)) {
    throw new EcrError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${account}'`,
    )
  }
  const repository: Repository = {
    name,
    account,
    region,
    arn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    createdAt: Date.now(),
    mutability: request.imageTagMutability ?? 'MUTABLE',
    exclusionFilters: request.imageTagMutabilityExclusionFilters ?? [],
    scanning: request.imageScanningConfiguration ?? { scanOnPush: false },
    encryption: request.encryptionConfiguration ?? { encryptionType: 'AES256' },
    resourceTags: new Map((request.tags ?? []).map(tag => [tag.Key, tag.Value])),
    images: new Map(),
    tags: new Map(),
    layers: new Map(),
    uploads: new Map(),
  }
  state.repositories.set(key, repository)
  return { repository: describe(state, repository) }
}

/** DescribeRepositories. */
export function describeRepositories(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(describeSchema, input)
  if (request.repositoryNames) {
    const { registryId } = request
    const found = request.repositoryNames.map(repositoryName =>
      findRepository(state, identity, { repositoryName, registryId }, 'DescribeRepositories'),
    )
    return { repositories: found.map(repository => describe(state, repository)) }
  }
  const own = [...state.repositories.values()]
    .filter(repository => repository.account === identity.account && repository.region === identity.region)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const { page, ...next } = paginate(own, request)
  return { repositories: page.map(repository => describe(state, repository)), ...next }
}

/** DeleteRepository. */
export function deleteRepository(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(deleteSchema, input)
  const repository = findRepository(state, identity, request, 'DeleteRepository')
  if (repository.images.size > 0 && request.force !== true) {
    throw new EcrError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${repository.account}' cannot be deleted because it still contains images`,
    )
  }
  state.repositories.delete(repositoryKey(repository.account, repository.region, repository.name))
  return { repository: describe(state, repository) }
}

/** PutImageTagMutability. */
export function putImageTagMutability(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(putMutabilitySchema, input)
  const repository = findRepository(state, identity, request, 'PutImageTagMutability')
  repository.mutability = request.imageTagMutability
  repository.exclusionFilters = request.imageTagMutabilityExclusionFilters ?? []
  return { ...address(repository), imageTagMutability: repository.mutability, ...filters(repository) }
}

/** PutImageScanningConfiguration: it is kept, and nothing is scanned. */
export function putImageScanningConfiguration(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(putScanningSchema, input)
  const repository = findRepository(state, identity, request, 'PutImageScanningConfiguration')
  repository.scanning = request.imageScanningConfiguration
  return { ...address(repository), imageScanningConfiguration: repository.scanning }
}

/** The two fields with which most ECR answers begin. */
export function address(repository: Repository): { registryId: string; repositoryName: string } {
  return { registryId: repository.account, repositoryName: repository.name }
}

function describe(state: EcrState, repository: Repository): object {
  return {
    repositoryArn: repository.arn,
    ...address(repository),
    repositoryUri: `${state.host}/${repository.name}`,
    createdAt: repository.createdAt / 1000,
    imageTagMutability: repository.mutability,
    ...filters(repository),
    imageScanningConfiguration: repository.scanning,
    encryptionConfiguration: repository.encryption,
  }
}

function filters(repository: Repository): object {
  if (repository.exclusionFilters.length === 0) return {}
  return { imageTagMutabilityExclusionFilters: repository.exclusionFilters }
}
