import { repositoriesOf } from '../artifacts/names.ts'
import { regionalArn, s3Arn } from '../aws/arn.ts'
import { allow, type Statement } from '../aws/statements.ts'
import type { ArtifactStoreConfig } from '../catalogue/environments.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { ServiceName } from '../names/service-name.ts'

/** The services of the work tree, by name. */
export type Services = Readonly<Record<ServiceName, ServiceConfig>>

// A role's inline policies have 10,240 characters together (IAM user guide, "IAM and STS quotas"), and the deploying
// role names the repositories twice.
const mostNamed = 10

/** The repositories of all services with an image; from so many on, those with the usual name by one pattern. */
export function repositoryArns(artifacts: ArtifactStoreConfig, services: Services): string[] {
  const all = Object.entries(services) as [ServiceName, ServiceConfig][]
  const names = repositoriesOf(all)
    .map(({ repository }) => repository)
    .toSorted()
  const usual = '-image'
  const short =
    names.length > mostNamed ? [`*${usual}`, ...names.filter(name => !name.endsWith(usual))] : names
  return short.map(name => regionalArn('ecr', artifacts, `repository/${name}`))
}

function onRepositories(
  sid: string,
  actions: readonly string[],
  repositories: readonly string[],
): Statement[] {
  return repositories.length === 0 ? [] : [allow(sid, actions, repositories)]
}

// Without it S3 answers 403, not 404, for a key that is not there.
function tellMissing(artifacts: ArtifactStoreConfig): Statement {
  return allow('TellMissing', ['s3:ListBucket'], [s3Arn(artifacts, artifacts.bucket)])
}

/** What `make build` calls: storing artifacts under their commit's name, and nothing that a release has. */
export function buildStatements(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  const { bucket } = artifacts
  const repositories = repositoryArns(artifacts, services)
  return [
    // Amazon ECR in the Service Authorization Reference: this action has no resource.
    ...(repositories.length === 0 ? [] : [allow('Login', ['ecr:GetAuthorizationToken'], ['*'])]),
    ...onRepositories(
      'Push',
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      repositories,
    ),
    allow(
      'Store',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      [s3Arn(artifacts, bucket, 'builds/*')],
    ),
    tellMissing(artifacts),
  ]
}

/** What `release`, `promote`, `pin`, `yank`, `trace` and `reconcile` call: naming what was built, once. */
export function releaseStatements(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  const { bucket } = artifacts
  return [
    ...onRepositories(
      'Name',
      ['ecr:BatchGetImage', 'ecr:ListImageReferrers', 'ecr:ListImages', 'ecr:PutImage'],
      repositoryArns(artifacts, services),
    ),
    // A copy names the version of what it copies (Amazon S3 API reference, CopyObject, "Permissions").
    allow(
      'ReadBuilds',
      ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'],
      [s3Arn(artifacts, bucket, 'builds/*')],
    ),
    allow(
      'Release',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      [s3Arn(artifacts, bucket, 'releases/*')],
    ),
    tellMissing(artifacts),
  ]
}

/** What `trace`, `doctor` and `reconcile DRY_RUN=1` call. */
export function readStatements(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  const { bucket } = artifacts
  return [
    // It is asked of all repositories at once, so no name would do.
    allow('ListRepositories', ['ecr:DescribeRepositories'], [regionalArn('ecr', artifacts, 'repository/*')]),
    ...onRepositories(
      'ReadImages',
      [
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetLifecyclePolicy',
        'ecr:ListImageReferrers',
        'ecr:ListImages',
      ],
      repositoryArns(artifacts, services),
    ),
    allow(
      'ReadObjects',
      ['s3:GetObject'],
      ['builds/*', 'releases/*'].map(keys => s3Arn(artifacts, bucket, keys)),
    ),
    allow(
      'ReadSettings',
      [
        's3:GetBucketPublicAccessBlock',
        's3:GetBucketVersioning',
        's3:GetEncryptionConfiguration',
        's3:GetLifecycleConfiguration',
        's3:ListBucket',
      ],
      [s3Arn(artifacts, bucket)],
    ),
  ]
}

/** What `plan` and `deploy` read of a release, from an environment's account as well. */
export function readReleased(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  return [
    ...onRepositories('ReadImages', ['ecr:BatchGetImage'], repositoryArns(artifacts, services)),
    allow('ReadReleases', ['s3:GetObject'], [s3Arn(artifacts, artifacts.bucket, 'releases/*')]),
    tellMissing(artifacts),
  ]
}
