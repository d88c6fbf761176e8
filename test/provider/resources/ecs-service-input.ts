import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  DeploymentLifecycleHookStage,
  LoadBalancer,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs'
import type { State, Value } from '../wire/value.ts'
import { ecsTags } from './ecs-tags.ts'
import { blocks, boolean, number, oneBlock, present, text, textMap, texts } from './shape.ts'

/** CreateService's input. */
export function createInput(planned: State): CreateServiceRequest {
  return present({
    serviceName: String(planned.name),
    cluster: text(planned.cluster),
    desiredCount: number(planned.desired_count) ?? 0,
    launchType: text(planned.launch_type),
    schedulingStrategy: text(planned.scheduling_strategy),
    deploymentController: oneBlock(planned.deployment_controller, ({ type }) => ({ type: text(type) })),
    role: text(planned.iam_role),
    tags: ecsTags(planned),
    ...settings(planned),
  }) as CreateServiceRequest
}

// Each argument of UpdateService, and the attributes whose change adds it to the request.
const sources: Record<string, readonly string[]> = {
  taskDefinition: ['task_definition'],
  platformVersion: ['platform_version'],
  enableExecuteCommand: ['enable_execute_command'],
  enableECSManagedTags: ['enable_ecs_managed_tags'],
  propagateTags: ['propagate_tags'],
  healthCheckGracePeriodSeconds: ['health_check_grace_period_seconds'],
  availabilityZoneRebalancing: ['availability_zone_rebalancing'],
  networkConfiguration: ['network_configuration'],
  loadBalancers: ['load_balancer'],
  capacityProviderStrategy: ['capacity_provider_strategy'],
  serviceConnectConfiguration: ['service_connect_configuration'],
  deploymentConfiguration: [
    'alarms',
    'deployment_circuit_breaker',
    'deployment_configuration',
    'deployment_maximum_percent',
    'deployment_minimum_healthy_percent',
  ],
}

/** UpdateService's input: only what changed; undefined if nothing did. */
export function updateInput(planned: State, changed: ReadonlySet<string>): UpdateServiceRequest | undefined {
  const all = Object.entries(settings(planned)).filter(([name]) =>
    sources[name]?.some(from => changed.has(from)),
  )
  const count = changed.has('desired_count') ? { desiredCount: number(planned.desired_count) ?? 0 } : {}
  const force = planned.force_new_deployment === true ? { forceNewDeployment: true } : {}
  if (all.length === 0 && Object.keys(count).length === 0) return undefined
  const key = { cluster: String(planned.cluster), service: String(planned.name) }
  return present({ ...key, ...count, ...force, ...Object.fromEntries(all) }) as UpdateServiceRequest
}

function settings(planned: State): Record<string, unknown> {
  return {
    taskDefinition: text(planned.task_definition),
    platformVersion: text(planned.platform_version),
    enableExecuteCommand: boolean(planned.enable_execute_command),
    enableECSManagedTags: boolean(planned.enable_ecs_managed_tags),
    propagateTags: text(planned.propagate_tags),
    healthCheckGracePeriodSeconds: number(planned.health_check_grace_period_seconds),
    availabilityZoneRebalancing: text(planned.availability_zone_rebalancing),
    networkConfiguration: oneBlock(planned.network_configuration, block => ({
      awsvpcConfiguration: present({
        subnets: texts(block.subnets) ?? [],
        securityGroups: texts(block.security_groups),
        assignPublicIp: block.assign_public_ip === true ? 'ENABLED' : 'DISABLED',
      }),
    })),
    loadBalancers: blocks(planned.load_balancer).map(loadBalancer),
    capacityProviderStrategy: some(planned.capacity_provider_strategy, block =>
      present({
        capacityProvider: text(block.capacity_provider),
        base: number(block.base),
        weight: number(block.weight),
      }),
    ),
    serviceConnectConfiguration: oneBlock(planned.service_connect_configuration, connect),
    deploymentConfiguration: deployment(planned),
  }
}

function connect(block: State) {
  return present({
    enabled: block.enabled === true,
    namespace: text(block.namespace),
    services: some(block.service, one =>
      present({
        portName: String(one.port_name),
        discoveryName: text(one.discovery_name),
        clientAliases: some(one.client_alias, alias =>
          present({ port: number(alias.port) ?? 0, dnsName: text(alias.dns_name) }),
        ),
      }),
    ),
    logConfiguration: oneBlock(block.log_configuration, log =>
      present({ logDriver: text(log.log_driver), options: textMap(log.options) }),
    ),
  })
}

function loadBalancer(block: State): LoadBalancer {
  return present({
    targetGroupArn: text(block.target_group_arn),
    containerName: text(block.container_name),
    containerPort: number(block.container_port),
    advancedConfiguration: oneBlock(block.advanced_configuration, advanced =>
      present({
        alternateTargetGroupArn: text(advanced.alternate_target_group_arn),
        productionListenerRule: text(advanced.production_listener_rule),
        testListenerRule: text(advanced.test_listener_rule),
        roleArn: text(advanced.role_arn),
      }),
    ),
  })
}

function deployment(planned: State): DeploymentConfiguration {
  return present({
    maximumPercent: number(planned.deployment_maximum_percent),
    minimumHealthyPercent: number(planned.deployment_minimum_healthy_percent),
    deploymentCircuitBreaker: oneBlock(planned.deployment_circuit_breaker, ({ enable, rollback }) => ({
      enable: enable === true,
      rollback: rollback === true,
    })),
    alarms: oneBlock(planned.alarms, block => ({
      alarmNames: texts(block.alarm_names) ?? [],
      enable: block.enable === true,
      rollback: block.rollback === true,
    })),
    ...oneBlock(planned.deployment_configuration, strategy),
  }) as DeploymentConfiguration
}

function strategy(block: State): Partial<DeploymentConfiguration> {
  return present({
    strategy: text(block.strategy) as DeploymentConfiguration['strategy'],
    bakeTimeInMinutes: minutes(block.bake_time_in_minutes),
    canaryConfiguration: oneBlock(block.canary_configuration, canary =>
      present({
        canaryPercent: number(canary.canary_percent),
        canaryBakeTimeInMinutes: minutes(canary.canary_bake_time_in_minutes),
      }),
    ),
    linearConfiguration: oneBlock(block.linear_configuration, linear =>
      present({
        stepPercent: number(linear.step_percent),
        stepBakeTimeInMinutes: minutes(linear.step_bake_time_in_minutes),
      }),
    ),
    lifecycleHooks: some(block.lifecycle_hook, hook =>
      present({
        hookTargetArn: text(hook.hook_target_arn),
        roleArn: text(hook.role_arn),
        lifecycleStages: texts(hook.lifecycle_stages) as DeploymentLifecycleHookStage[] | undefined,
      }),
    ),
  }) as Partial<DeploymentConfiguration>
}

// Minutes are text in the schema and numbers in the API.
function minutes(value: Value | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function some<T>(value: Value | undefined, read: (block: State) => T): T[] | undefined {
  const all = blocks(value)
  return all.length === 0 ? undefined : all.map(read)
}
