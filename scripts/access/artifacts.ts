import { keyPatterns, repositoriesOf } from '../artifacts/names.ts'
import { iamArn, regionalArn, s3Arn } from '../aws/arn.ts'
import { allow, type Statement } from '../aws/statements.ts'
import type { ArtifactStoreConfig } from '../catalogue/environments.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { ServiceName } from '../names/service-name.ts'
import type { RoleNames } from './role-names.ts'

/** The services in the work tree, by name. */
export type Services = Readonly<Record<ServiceName, ServiceConfig>>

// The inline policies of a role have room for 10,240 characters together (IAM user guide, "IAM and STS quotas"), and
// the deploy role names the repositories twice.
const mostNamed = 10

/** The repositories of all services with an image; if there are many, one pattern stands for those with the usual name. */
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

// Without it S3 answers 403, not 404, for a missing key.
function tellMissing(artifacts: ArtifactStoreConfig): Statement {
  return allow('TellMissing', ['s3:ListBucket'], [s3Arn(artifacts, artifacts.bucket)])
}

/** What `make build` calls: it stores artifacts under their commit names, and touches no release. */
export function buildStatements(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  const { bucket } = artifacts
  const repositories = repositoryArns(artifacts, services)
  return [
    // Service Authorization Reference, Amazon ECR: this action has no resource.
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
      [s3Arn(artifacts, bucket, keyPatterns.builds)],
    ),
    tellMissing(artifacts),
  ]
}

/** What `release`, `promote`, `pin`, `yank`, `trace` and `reconcile` call: they give builds their release names, once. */
export function releaseStatements(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  const { bucket } = artifacts
  return [
    ...onRepositories(
      'Name',
      ['ecr:BatchGetImage', 'ecr:ListImages', 'ecr:PutImage'],
      repositoryArns(artifacts, services),
    ),
    // A copy names the version of its source (Amazon S3 API reference, CopyObject, "Permissions").
    allow(
      'ReadBuilds',
      ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'],
      [s3Arn(artifacts, bucket, keyPatterns.builds)],
    ),
    allow(
      'Release',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      [s3Arn(artifacts, bucket, keyPatterns.releases)],
    ),
    tellMissing(artifacts),
  ]
}

/** What `trace`, `doctor` and `reconcile DRY_RUN=1` call. */
export function readStatements(
  artifacts: ArtifactStoreConfig,
  services: Services,
  { build, release, read }: RoleNames,
): Statement[] {
  const { bucket } = artifacts
  const roles = [build, release, read].map(name => iamArn(artifacts, `role/${name}`))
  return [
    // Doctor asks for all repositories at once, so no single name would do.
    allow('ListRepositories', ['ecr:DescribeRepositories'], [regionalArn('ecr', artifacts, 'repository/*')]),
    ...onRepositories(
      'ReadImages',
      ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetLifecyclePolicy', 'ecr:ListImages'],
      repositoryArns(artifacts, services),
    ),
    allow(
      'ReadObjects',
      ['s3:GetObject'],
      Object.values(keyPatterns).map(keys => s3Arn(artifacts, bucket, keys)),
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
    allow('SeeRoles', ['iam:GetRole'], roles),
  ]
}

/** What `plan` and `deploy` read of a release, also from the account of an environment. */
export function readReleased(artifacts: ArtifactStoreConfig, services: Services): Statement[] {
  return [
    ...onRepositories('ReadImages', ['ecr:BatchGetImage'], repositoryArns(artifacts, services)),
    allow('ReadReleases', ['s3:GetObject'], [s3Arn(artifacts, artifacts.bucket, keyPatterns.releases)]),
    tellMissing(artifacts),
  ]
}
