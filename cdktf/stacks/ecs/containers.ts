import { ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import { allPorts } from '../../../scripts/kinds/ecs-service/parts/ports.ts'
import type { Sidecars } from '../../../scripts/kinds/ecs-service/parts/sidecars.ts'
import { releaseVariables } from '../shared/service-stack.ts'
import type { EcsSpec } from './spec.ts'

/** The containers of a task: the service's own, and those beside it. */
export function containers(spec: EcsSpec): object[] {
  const all = Object.entries(spec.settings.sidecars ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [ownContainer(spec), ...all.map(([name, one]) => sidecar(spec, name, one))]
}

function ownContainer(spec: EcsSpec) {
  const { container, settings, image } = spec
  const variables = { ...settings.variables, ...releaseVariables(spec), PORT: String(settings.port) }
  return {
    name: container,
    image: image.uri,
    essential: true,
    portMappings: portMappings(settings),
    ...environment(variables, settings.secrets),
    ...(settings.command === undefined ? {} : { command: settings.command }),
    ...mountPoints(settings.volumes),
    ...waits(settings.dependsOn),
    // Without it, what a shell leaves behind stays until the task ends (Amazon ECS developer guide, "ECS Exec").
    ...(settings.enableExecuteCommand === true ? { linuxParameters: { initProcessEnabled: true } } : {}),
    logConfiguration: routesLogs(spec)
      ? {
          logDriver: 'awsfirelens',
          options: settings.logOptions ?? {},
          ...secretOptions(settings.logSecrets),
        }
      : logConfiguration(spec, container),
  }
}

function sidecar(spec: EcsSpec, name: string, one: Sidecars[string]) {
  const { image, essential, command, cpu, memory, healthCheck, firelens } = one
  return {
    name,
    image,
    essential,
    ...environment(one.variables, one.secrets),
    ...(command === undefined ? {} : { command }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(healthCheck === undefined ? {} : { healthCheck }),
    ...waits(one.dependsOn),
    ...(firelens === undefined ? {} : { firelensConfiguration: firelens }),
    logConfiguration: logConfiguration(spec, name),
  }
}

function portMappings({ port, ports, serviceConnect }: EcsSpec['settings']) {
  // A name is a change of the task definition, so without a use for it there is none.
  if (serviceConnect === undefined && ports === undefined) return [{ containerPort: port, protocol: 'tcp' }]
  return byName(allPorts({ port, ports })).map(([name, containerPort]) => {
    const appProtocol = serviceConnect?.services[name]?.appProtocol
    return { name, containerPort, protocol: 'tcp', ...(appProtocol === undefined ? {} : { appProtocol }) }
  })
}

function mountPoints(volumes: EcsSpec['settings']['volumes']) {
  if (volumes === undefined) return {}
  return {
    mountPoints: byName(volumes).map(([sourceVolume, { containerPath, readOnly }]) => ({
      sourceVolume,
      containerPath,
      readOnly,
    })),
  }
}

function waits(dependsOn: EcsSpec['settings']['dependsOn']) {
  if (dependsOn === undefined) return {}
  return { dependsOn: byName(dependsOn).map(([containerName, condition]) => ({ containerName, condition })) }
}

function environment(variables: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>) {
  return {
    environment: byName(variables).map(([name, value]) => ({ name, value })),
    secrets: named(secrets),
  }
}

function secretOptions(secrets: Readonly<Record<string, string>> | undefined) {
  return secrets === undefined ? {} : { secretOptions: named(secrets) }
}

function named(secrets: Readonly<Record<string, string>>) {
  return byName(secrets).map(([name, valueFrom]) => ({ name, valueFrom }))
}

function routesLogs({ settings }: EcsSpec): boolean {
  return Object.values(settings.sidecars ?? {}).some(({ firelens }) => firelens !== undefined)
}

/** Logs to the log group of the service, in streams that begin with a prefix. */
export function logConfiguration({ target, environment }: EcsSpec, prefix: string) {
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': ecsNames(target).logGroup,
      'awslogs-region': environment.region,
      'awslogs-stream-prefix': prefix,
    },
  }
}

function byName<Value>(values: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
