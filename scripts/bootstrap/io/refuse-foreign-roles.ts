import { refuseTakeover } from '../../access/owner.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import type { Project } from '../../project/io/project.ts'
import { accessStack } from '../../stack/names.ts'
import { stateSource } from '../../terraform/state-bucket.ts'
import { bootstrapCommand } from '../base.ts'

/** Throws if the roles that this would apply are another repository's. */
export async function refuseForeignRoles(
  { environments, clock }: Project,
  settings: AwsSettings,
  { environment, allowed }: { readonly environment: string | undefined; readonly allowed: readonly string[] },
): Promise<void> {
  const { github, artifacts } = environments
  if (github === undefined) return
  const { stateBucket } = environment === undefined ? artifacts : findEnvironment(environments, environment)
  const { stateKey } = accessStack(environment)
  const s3 = await connectS3(settings, stateBucket, clock)
  const text = await s3.read(stateKey)
  if (text === undefined) return
  const source = stateSource(stateBucket, stateKey)
  refuseTakeover(text, source, github, { allowed, command: bootstrapCommand(environment) })
}
