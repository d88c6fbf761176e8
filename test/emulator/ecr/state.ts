import { evaluatePolicy } from '../iam/ask-policy.ts'
import type { Identity } from '../iam/identities.ts'
import { AwsError } from '../protocol/protocol.ts'
import { EcrError } from './errors.ts'

/** A manifest as it was pushed, byte for byte. */
export type StoredImage = {
  digest: string
  bytes: Buffer
  mediaType: string
  artifactType?: string
  subject?: string
  annotations?: Record<string, string>
  pushedAt: number
  sizeInBytes: number
}

/** An upload of a layer that is not complete. */
export type LayerUpload = { chunks: Buffer[]; received: number }

/** One repository of one account in one region. */
export type Repository = {
  name: string
  account: string
  region: string
  arn: string
  createdAt: number
  mutability: string
  exclusionFilters: { filterType: string; filter: string }[]
  scanning: { scanOnPush?: boolean | undefined }
  encryption: { encryptionType: string; kmsKey?: string | undefined }
  resourceTags: Map<string, string>
  images: Map<string, StoredImage>
  tags: Map<string, string>
  layers: Map<string, Buffer>
  uploads: Map<string, LayerUpload>
  lifecyclePolicy?: { text: string; at: number }
  policy?: string
}

/** Everything that ECR holds. */
export type EcrState = {
  repositories: Map<string, Repository>
  /** What stands in a repository's URI, for example `127.0.0.1:4599`. */
  host: string
  /** Which error the identical push of a tag to an immutable repository gives. */
  identicalPut: 'ImageAlreadyExistsException' | 'ImageTagAlreadyExistsException'
}

/** Where a request points: a repository's name and, for another account's, its registry. */
export type Target = { repositoryName: string; registryId?: string | undefined }

/** The key under which a repository is kept. */
export function repositoryKey(account: string, region: string, name: string): string {
  return `${account}/${region}/${name}`
}

/** Finds a repository; another account's is refused unless its policy grants the action. */
export function findRepository(
  state: EcrState,
  identity: Identity,
  target: Target,
  action: string,
): Repository {
  const account = target.registryId ?? identity.account
  if (!/^[0-9]{12}$/.test(account))
    throw new EcrError('InvalidParameterException', `Invalid registry id: '${account}'`)
  const repository = state.repositories.get(repositoryKey(account, identity.region, target.repositoryName))
  const verdict = evaluatePolicy(repository?.policy, identity, `ecr:${action}`)
  if (verdict === 'deny' || (account !== identity.account && verdict !== 'allow')) {
    const arn = `arn:aws:ecr:${identity.region}:${account}:repository/${target.repositoryName}`
    throw new AwsError(
      'AccessDeniedException',
      400,
      `User: ${identity.arn} is not authorized to perform: ecr:${action} on resource: ${arn}`,
    )
  }
  if (repository) return repository
  throw new EcrError(
    'RepositoryNotFoundException',
    `The repository with name '${target.repositoryName}' does not exist in the registry with id '${account}'`,
  )
}

/** The tags of a digest, sorted. */
export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.tags]
    .filter(([, other]) => other === digest)
    .map(([tag]) => tag)
    .sort()
}
