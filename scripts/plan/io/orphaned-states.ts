import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import { attemptAsync } from '../../base/attempt.ts'
import type { Pinned } from '../../pin/io/pinned.ts'
import type { Project } from '../../project/io/project.ts'
import { readState } from '../../terraform/io/state.ts'
import { findOrphans, type OrphanedState } from '../orphans.ts'

/** Finds what is left, in an environment's state bucket, of services and environments that are gone. */
export async function findOrphanedStates(
  { environments: { environments }, clock }: Project,
  settings: AwsSettings,
  pinned: Pinned,
): Promise<OrphanedState[]> {
  const bucket = pinned.environment.stateBucket
  const s3 = await connectS3(settings, bucket, clock)
  const owners = { ...pinned, environments: new Set(Object.keys(environments)) }
  const found = await Promise.all(
    findOrphans(await s3.list(''), owners).map(async orphan => ({
      ...orphan,
      address: `s3://${bucket}/${orphan.key}`,
      resources: await attemptAsync(async () => {
        const { resources = [] } = (await readState(s3, orphan.key)) ?? {}
        return resources.filter(({ mode }) => mode === 'managed').length
      }),
    })),
  )
  // A destroyed stack leaves an empty state.
  return found.filter(({ resources }) => 'error' in resources || resources.value > 0)
}
