import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { repositoriesOf } from '../../scripts/artifacts/names.ts'
import type { ArtifactStoreConfig, Environments } from '../../scripts/catalogue/environments.ts'
import { readServices } from '../../scripts/catalogue/io/work-tree.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { artifactProfile, type EnvironmentOf } from './accounts.ts'
import type { DeployTools } from './deploy-tools.ts'
import type { Step } from './steps.ts'
import { commandLine, waybill } from './waybill.ts'
import type { Workspace } from './workspace.ts'

/** What it takes to set up a team's accounts. */
export type SetUp = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  readonly environments: Environments
  readonly tools: DeployTools
  readonly envOf: EnvironmentOf
  readonly step: Step
}

/** Sets up the accounts once, as a team does: by `make bootstrap`, or by hand without Terraform. */
export async function makeStores({
  workspace,
  emulator,
  environments,
  tools,
  envOf,
  step,
}: SetUp): Promise<void> {
  if (!('version' in tools)) {
    await step(
      'create the stores by hand',
      () => createStores(emulator, environments.artifacts, workspace.clone),
      repositories => `a bucket and ${repositories.length} immutable repositories`,
    )
    return
  }
  const bootstrap = <T>(profile: string, options: Readonly<Record<string, string>>) =>
    waybill<T>(workspace, { clone: workspace.clone, env: envOf(profile) }, 'bootstrap', options)
  await step(
    commandLine('bootstrap', {}),
    () => bootstrap<Bootstrapped>(artifactProfile, {}),
    answer => `Terraform ${tools.version} created ${made(answer)}`,
  )
  const names = Object.keys(environments.environments)
  await step(
    names.map(ENV => commandLine('bootstrap', { ENV })).join(', '),
    () => Promise.all(names.map(ENV => bootstrap(ENV, { ENV }))),
    () => "a state bucket and CI's roles in each account",
  )
}

type Bootstrapped = { readonly changes: readonly { readonly type: string }[] }

function made({ changes }: Bootstrapped): string {
  const count = (wanted: string) => changes.filter(({ type }) => type === wanted).length
  return `a bucket, ${count('aws_ecr_repository')} repositories, ${count('aws_iam_role')} roles for CI`
}

/** Creates the bucket, and an immutable repository for each service with an image. */
async function createStores(
  emulator: Emulator,
  { bucket, region }: ArtifactStoreConfig,
  clone: string,
): Promise<string[]> {
  const { ecr, s3 } = clientsFor(emulator)
  const repositories = repositoriesOf(await readServices(clone)).map(({ repository }) => repository)
  // us-east-1 is S3's default, and S3 refuses to be told so.
  const place = region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  for (const repositoryName of repositories)
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }))
  return repositories
}
