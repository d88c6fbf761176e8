import { discoveryName } from '../../../scripts/kinds/ecs-service/names.ts'
import { providersOf } from '../../../scripts/kinds/ecs-service/parts/capacity.ts'
import { allPorts } from '../../../scripts/kinds/ecs-service/parts/ports.ts'
import type { EcsServiceConfig } from '../../aws.ts'
import { logConfiguration } from './containers.ts'
import type { EcsSpec } from './spec.ts'

/** What the tasks of a service run on. */
export function capacity({
  capacityProviderStrategy,
}: EcsSpec['settings']): Pick<
  EcsServiceConfig,
  'capacityProviderStrategy' | 'forceNewDeployment' | 'launchType'
> {
  if (capacityProviderStrategy === undefined) return { launchType: 'FARGATE' }
  // The provider changes capacity providers only with a new deployment, and otherwise would replace the service.
  return { capacityProviderStrategy: providersOf(capacityProviderStrategy), forceNewDeployment: true }
}

/** How a service takes part in Service Connect (Amazon ECS API reference, ServiceConnectConfiguration). */
export function connected(spec: EcsSpec): Pick<EcsServiceConfig, 'serviceConnectConfiguration'> {
  const { target, settings } = spec
  const { serviceConnect } = settings
  if (serviceConnect === undefined) return {}
  const ports = allPorts(settings)
  const offers = Object.entries(serviceConnect.services)
  return {
    serviceConnectConfiguration: {
      enabled: true,
      namespace: serviceConnect.namespace,
      service: offers.map(([portName, { dnsName, port = ports[portName] ?? 0 }]) => ({
        portName,
        discoveryName: discoveryName(target, portName),
        clientAlias: { port, ...(dnsName === undefined ? {} : { dnsName }) },
      })),
      logConfiguration: logConfiguration(spec, 'service-connect'),
    },
  }
}
