import type { AwsSettings } from '../../aws/io/calls.ts'
import { connectS3 } from '../../aws/io/s3.ts'
import type { Clock } from '../../base/io/clock.ts'
import { isServiceName, type ServiceName } from '../../names/service-name.ts'
import type { Pinned } from '../../pin/io/pinned.ts'
import { readState } from '../../terraform/io/state.ts'

/** A state that still has resources of a removed service, and how the service was removed. */
export type OrphanedState = {
  readonly service: ServiceName
  readonly resources: number
  readonly why: string
}

/** Finds the states in an environment's state bucket whose service has no folder or no pin there. */
export async function findOrphanedStates(
  settings: AwsSettings,
  clock: Clock,
  pinned: Pinned,
): Promise<OrphanedState[]> {
  const bucket = pinned.environment.stateBucket
  const s3 = await connectS3(settings, bucket, clock)
  const prefix = `${pinned.name}/`
  const suffix = '.tfstate'
  const keys = (await s3.list(prefix)).filter(key => key.endsWith(suffix))
  const found = await Promise.all(
    keys.map(async (key): Promise<OrphanedState[]> => {
      const service = key.slice(prefix.length, -suffix.length)
      if (!isServiceName(service)) return []
      const why = reason(pinned, service)
      if (why === undefined) return []
      // A destroyed stack leaves an empty state.
      const { resources = [] } = (await readState(s3, key)) ?? {}
      const managed = resources.filter(({ mode }) => mode === 'managed').length
      return managed === 0 ? [] : [{ service, resources: managed, why }]
    }),
  )
  return found.flat()
}

function reason({ folders, pins, name }: Pinned, service: ServiceName): string | undefined {
  if (!folders.has(service)) return `there is no services/${service}`
  // An unreadable pin still counts.
  return pins.has(service) ? undefined : `it has no pin in ${name}`
}
