import type { Place } from '../../../scripts/aws/arn.ts'
import { imagesPerRepository } from '../../../scripts/aws/quotas.ts'
import type { PolicyStatement } from '../../../scripts/aws/statements.ts'
import type { Pulls } from '../../../scripts/kinds/kind.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'
import { EcrLifecyclePolicy, EcrRepository, EcrRepositoryPolicy } from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { accountRoot } from '../shared/arns.ts'
import { policyDocument } from '../shared/policies.ts'

/** The input of a repository. */
export type RepositorySpec = {
  readonly service: ServiceName
  readonly name: string
  /** Whether it was there before Waybill, and may have tags of others. */
  readonly isShared: boolean
  /** Patterns of the tags that may be moved. */
  readonly movableTags: readonly string[]
  /** The accounts that may pull from it. */
  readonly readers: readonly Place[]
  /** The services of AWS that pull from it themselves. */
  readonly pullers: readonly Puller[]
}

/** A service of AWS that pulls images, and patterns of the ARNs that it pulls them for. */
export type Puller = Omit<Pulls, 'arn'> & { readonly arns: readonly string[] }

// Enough for months of commits to one service, all of which stay releasable.
const newestBuilds = 200

/**
 * The repository of a service's images. Builds and releases never move, and releases never expire. One that others push
 * to as well keeps the lifecycle policy that it has: no pattern tells builds from tags of others.
 */
export function imageRepository(scope: Construct, spec: RepositorySpec): EcrRepository {
  const { service, name, movableTags } = spec
  const repository = new EcrRepository(scope, `repository of ${service}`, {
    name,
    ...mutability(movableTags),
    imageScanningConfiguration: { scanOnPush: true },
    // Identifies the service after its removal.
    tags: { 'waybill-service': service },
    lifecycle: { preventDestroy: true },
  })
  // Must come before any reference to it.
  repository.overrideLogicalId(service)
  const lifecycle = spec.isShared
    ? []
    : [
        new EcrLifecyclePolicy(scope, `lifecycle of ${service}`, {
          repository: repository.name,
          policy: JSON.stringify({ rules: lifecycleRules(service) }),
        }),
      ]
  const statements = [...readingAccounts(spec), ...spec.pullers.map(readingService)]
  const access =
    statements.length === 0
      ? []
      : [
          new EcrRepositoryPolicy(scope, `access to ${service}`, {
            repository: repository.name,
            policy: policyDocument(statements),
          }),
        ]
  for (const one of [...lifecycle, ...access]) one.overrideLogicalId(service)
  return repository
}

function mutability(movableTags: readonly string[]) {
  if (movableTags.length === 0) return { imageTagMutability: 'IMMUTABLE' }
  return {
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilter: movableTags.map(filter => ({ filter, filterType: 'WILDCARD' })),
  }
}

/**
 * The first rule that selects an image decides, so the two that keep images come first. Untagged images are left alone,
 * since they include the parts of an index and referrers such as signatures.
 */
function lifecycleRules(service: ServiceName) {
  return [
    { description: 'Keep every release', pattern: `${service}-v*`, most: imagesPerRepository },
    { description: 'Keep signatures', pattern: 'sha256-*', most: imagesPerRepository },
    { description: 'Keep the newest builds', pattern: '*', most: newestBuilds },
  ].map(({ description, pattern, most }, index) => ({
    rulePriority: index + 1,
    description,
    selection: {
      tagStatus: 'tagged',
      tagPatternList: [pattern],
      countType: 'imageCountMoreThan',
      countNumber: most,
    },
    action: { type: 'expire' },
  }))
}

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

function readingAccounts({ readers }: RepositorySpec): PolicyStatement[] {
  if (readers.length === 0) return []
  const Principal = { AWS: readers.map(accountRoot) }
  return [{ Sid: 'Accounts', Effect: 'Allow', Principal, Action: pull }]
}

function readingService({ sid, service, actions, arns }: Puller): PolicyStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: service },
    Action: actions,
    Condition: { StringLike: { 'aws:SourceArn': arns } },
  }
}
