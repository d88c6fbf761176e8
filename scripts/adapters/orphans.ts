import { z } from 'zod'
import { stateBucket } from '../core/environments.ts'
import { isServiceName, type ServiceName } from '../core/service-name.ts'
import type { AwsSettings } from './aws.ts'
import type { Clock } from './clock.ts'
import { connectS3 } from './s3.ts'
import type { Pinned } from './targets.ts'

/** A state that holds resources of a service which is no longer to be there, and why it is not. */
export type Orphan = { readonly service: ServiceName; readonly resources: number; readonly why: string }

const state = z.looseObject({ resources: z.array(z.looseObject({ mode: z.string() })).default([]) })

/** Finds the states in an environment's state bucket whose service has no folder, or no pin there. */
export async function findOrphans(settings: AwsSettings, clock: Clock, pinned: Pinned): Promise<Orphan[]> {
  const s3 = await connectS3(settings, stateBucket(pinned.environment), clock)
  const prefix = `${pinned.name}/`
  const suffix = '.tfstate'
  const keys = (await s3.list(prefix)).filter(key => key.endsWith(suffix))
  const found = await Promise.all(
    keys.map(async (key): Promise<Orphan[]> => {
      const service = key.slice(prefix.length, -suffix.length)
      if (!isServiceName(service)) return []
      const why = reason(pinned, service)
      if (why === undefined) return []
      // A stack that was destroyed leaves a state with nothing in it.
      const { resources } = state.parse(JSON.parse((await s3.read(key)) ?? '{}'))
      const managed = resources.filter(({ mode }) => mode === 'managed').length
      return managed === 0 ? [] : [{ service, resources: managed, why }]
    }),
  )
  return found.flat()
}

function reason({ services, pins, name }: Pinned, service: ServiceName): string | undefined {
  if (!services.has(service)) return `there is no services/${service}`
  return pins.has(service) ? undefined : `it has no pin in ${name}`
}
