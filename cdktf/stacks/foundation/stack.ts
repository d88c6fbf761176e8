import { repositoriesOf } from '../../../scripts/artifacts/names.ts'
import { usualRepository } from '../../../scripts/artifacts/types.ts'
import type { Place } from '../../../scripts/aws/arn.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import type { Environments } from '../../../scripts/catalogue/environments.ts'
import { serviceFile } from '../../../scripts/catalogue/inputs.ts'
import { asImageService, type ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { ownPlaces } from '../../../scripts/catalogue/settings/own-places.ts'
import { commitTags, releaseTags } from '../../../scripts/doctor/ecr/automaton.ts'
import { findTag } from '../../../scripts/doctor/ecr/tag-patterns.ts'
import { kindOf, kinds } from '../../../scripts/kinds/all.ts'
import type { Kind } from '../../../scripts/kinds/kind.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'
import { foundation } from '../../../scripts/stack/names.ts'
import type { Retired } from '../../../scripts/stack/synth-input.ts'
import { type Construct, TerraformOutput } from '../../cdk.ts'
import { BaseStack } from '../shared/base-stack.ts'
import { artifactBucket } from './artifact-bucket.ts'
import { imageRepository, type Puller } from './image-repository.ts'

/** The input of the foundation. */
export type FoundationSpec = {
  readonly environments: Environments
  readonly services: Readonly<Record<ServiceName, ServiceConfig>>
  /** Repositories of removed services. */
  readonly retired?: readonly Retired[] | undefined
}

/** The stack that all services share, in the artifact account: the bucket, and a repository for each image service. */
export class FoundationStack extends BaseStack {
  constructor(scope: Construct, { environments, services, retired = [] }: FoundationSpec) {
    const { artifacts } = environments
    super(scope, foundation.stack, { place: artifacts, stateKey: foundation.stateKey, tags: {} })
    const others = otherAccounts(environments)
    const bucket = artifactBucket(this, artifacts, others)
    const all = Object.entries(services) as [ServiceName, ServiceConfig][]
    const withImages = repositoriesOf(all).toSorted((a, b) => (a.service < b.service ? -1 : 1))
    const repositories = withImages.map(({ service, config, repository: name }) =>
      imageRepository(this, {
        service,
        name,
        ...sharing(service, name, config),
        readers: others,
        pullers: pullersOf(service, environments, [kindOf(config)], config),
      }),
    )
    for (const { service, repository } of retired) {
      // Its kind is no longer known.
      const pullers = pullersOf(service, environments, Object.values(kinds))
      imageRepository(this, {
        service,
        name: repository,
        ...sharing(service, repository),
        readers: others,
        pullers,
      })
    }
    new TerraformOutput(this, 'bucket', { value: bucket.bucket })
    new TerraformOutput(this, 'repositories', { value: repositories.map(one => one.repositoryUrl) })
  }
}

/** Whether a repository was there before Waybill, and which of its tags may be moved; nothing knows that of a removed service. */
function sharing(service: ServiceName, name: string, config?: ServiceConfig) {
  const isShared = name !== usualRepository(service)
  const { movableTags = isShared ? ['latest'] : [] } =
    config === undefined ? {} : (asImageService(config) ?? {})
  for (const pattern of movableTags) {
    const tag = [commitTags, releaseTags(service)]
      .map(automaton => findTag(automaton, [pattern], []))
      .find(found => found !== undefined)
    if (tag !== undefined) throw tooWide(service, pattern, tag)
  }
  return { isShared, movableTags }
}

function tooWide(service: ServiceName, pattern: string, tag: string): UserError {
  return new UserError(
    stackErrors['setting-movable-tags'],
    `${service} lets tags be moved that nobody may move: ${pattern}`,
    {
      cause: `it matches a tag such as ${tag}`,
      remedy: `Write a narrower pattern in movableTags of ${serviceFile(service)}.`,
    },
  )
}

/** The accounts of the environments, except the artifact account, without duplicates. */
function otherAccounts({ artifacts, environments }: Environments): Place[] {
  const places = Object.values(environments).map(({ account }) => ({ account, region: artifacts.region }))
  return [...new Map(places.map(one => [one.account, one])).values()]
    .filter(({ account }) => account !== artifacts.account)
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
}

/**
 * What of AWS may pull a service's image as itself. Lambda takes images only from its own region. One pattern stands for
 * the service's functions in an account, and for their versions: the policy has little room.
 */
function pullersOf(
  service: ServiceName,
  { artifacts, environments }: Environments,
  some: readonly Kind[],
  config?: ServiceConfig,
): Puller[] {
  const near = Object.entries(environments).filter(([, { region }]) => region === artifacts.region)
  const accounts = [...new Set(near.map(([, { account }]) => account))].toSorted()
  return some.flatMap(({ pulls }) => {
    if (pulls === undefined || near.length === 0) return []
    const target = { service, environment: '*' }
    const usual = accounts.map(account => pulls.arn(target, { account, region: artifacts.region }, {}))
    const own = near.flatMap(([name, environment]) => {
      const places = config === undefined ? [] : ownPlaces({ [service]: config }, { name, environment })
      return places.map(({ target, given }) => pulls.arn(target, environment, given))
    })
    const arns = [...new Set([...usual, ...own])]
    const { arn: _, ...puller } = pulls
    return [{ ...puller, arns }]
  })
}
