import { UserError } from '../base/user-error.ts'
import { type ServiceName, serviceCandidates } from '../names/service-name.ts'
import { catalogueErrors } from './errors.ts'
import type { ServiceConfig } from './service-config.ts'

/** The services of a work tree, and why others cannot be used, by folder. */
export type ServicesSeen = {
  readonly services: ReadonlyMap<ServiceName, ServiceConfig>
  readonly broken: ReadonlyMap<string, UserError>
}

/**
 * Finds a service by the name that a person gives, `a` also for `service-a`. Throws why it cannot be used, or an error with
 * all services if there is none of that name.
 */
export function findService({ services, broken }: ServicesSeen, named: ServiceName): ServiceName {
  const service = serviceCandidates(named).find(one => services.has(one) || broken.has(one))
  const fault = service && broken.get(service)
  if (fault !== undefined) throw fault
  if (service !== undefined) return service
  throw new UserError(catalogueErrors['service-unknown'], `there is no service ${named}`, {
    cause: 'services/ has no folder of that name with a service.json',
    remedy: `There are: ${[...services.keys()].join(', ') || 'none'}.`,
  })
}
