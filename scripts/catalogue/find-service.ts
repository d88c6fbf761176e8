import { UserError } from '../base/user-error.ts'
import { type ServiceName, serviceCandidates } from '../names/service-name.ts'
import { catalogueErrors } from './errors.ts'
import type { ServiceConfig } from './service-config.ts'

/** Finds a service by the name that a person gives, `a` also for `service-a`, or throws an error with all services. */
export function findService(
  services: ReadonlyMap<ServiceName, ServiceConfig>,
  named: ServiceName,
): ServiceName {
  const service = serviceCandidates(named).find(one => services.has(one))
  if (service !== undefined) return service
  throw new UserError(catalogueErrors['service-unknown'], `there is no service ${named}`, {
    cause: 'services/ has no folder of that name with a service.json',
    remedy: `There are: ${[...services.keys()].join(', ') || 'none'}.`,
  })
}
