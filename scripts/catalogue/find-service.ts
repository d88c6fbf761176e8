import { UserError } from '../base/user-error.ts'
import { type ServiceName, serviceCandidates } from '../names/service-name.ts'
import { catalogueErrors } from './errors.ts'
import type { ServiceConfig } from './service-config.ts'

/** Finds the service that a person names: `a` means `service-a` when there is no `a`. Throws when there is neither. */
export function findService(
  services: ReadonlyMap<ServiceName, ServiceConfig>,
  named: ServiceName,
): ServiceName {
  const service = serviceCandidates(named).find(one => services.has(one))
  if (service !== undefined) return service
  throw new UserError(catalogueErrors['service-unknown'], `there is no service ${named}`, {
    cause: 'no folder of that name in services/ holds a service.json',
    remedy: `There are: ${[...services.keys()].join(', ') || 'none'}.`,
  })
}
