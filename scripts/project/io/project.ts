import { connectEcr, type Ecr } from '../../artifacts/io/ecr.ts'
import { connectReferrers, type ListReferrers } from '../../artifacts/io/referrers.ts'
import type { Stores } from '../../artifacts/io/stores.ts'
import type { AwsAccess } from '../../aws/access.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3, type S3 } from '../../aws/io/s3.ts'
import type { Clock } from '../../base/clock.ts'
import type { Environment, Environments } from '../../catalogue/environments.ts'
import { readEnvironments } from '../../catalogue/io/work-tree.ts'
import { type Git, openGit } from '../../git/io/git.ts'

/** What every command works on: the clone, its environments, and the artifact stores. */
export type Project = {
  readonly git: Git
  readonly environments: Environments
  readonly stores: Stores
  readonly clock: Clock
}

/** Opens the clone that a folder belongs to; connections are made when they are first needed. */
export async function openProject(invocation: {
  folder: string
  environment: Record<string, string>
  aws: AwsAccess
  clock: Clock
}): Promise<Project> {
  const { folder, environment, aws, clock } = invocation
  const git = await openGit(folder, environment, { timeoutMs: aws.timeoutMs })
  const environments = await readEnvironments(git.root)
  const { bucket } = environments.artifacts
  const settings = awsSettings(environments, aws)
  let ecr: Promise<Ecr> | undefined
  let s3: Promise<S3> | undefined
  let referrers: Promise<ListReferrers> | undefined
  const stores: Stores = {
    referrers: () => (referrers ??= connectReferrers(settings)),
    ecr: () => (ecr ??= connectEcr(settings, clock)),
    s3: () => (s3 ??= connectS3(settings, bucket, clock)),
  }
  return { git, environments, stores, clock }
}

/** Where and how to call AWS for the artifact store, from the repository and the process's environment. */
export function awsSettings(
  { artifacts: { account, region, putImagePerSecond } }: Environments,
  access: AwsAccess,
): AwsSettings {
  return {
    section: 'artifacts',
    account,
    region,
    putImagePerSecond,
    timeoutMs: access.timeoutMs,
    access,
  }
}

/** Where and how to call AWS for an environment. */
export function environmentSettings(
  { environments }: Pick<Project, 'environments'>,
  name: string,
  { account, region }: Environment,
  access: AwsAccess,
): AwsSettings {
  return { ...awsSettings(environments, access), section: `environments.${name}`, account, region }
}
