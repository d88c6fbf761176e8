import { imageFields } from '../fields.ts'
import type { Kind } from '../kind.ts'
import { managedByAll } from '../managed.ts'
import { commonFaults } from '../settings.ts'
import { type EcsApplied, ecsApplied } from './applied.ts'
import { ecsNames, ecsNamesUsed, printTaskDefinition, serviceName } from './names.ts'
import { ecsNeeds } from './needs.ts'
import { clusterOf, ecsPlace } from './places.ts'
import { ecsRights } from './rights.ts'
import { ecsRollout } from './rollout.ts'
import { type EcsSettings, ecsFaults, ecsSettings } from './settings.ts'
import { ecsTooMuchAtOnce } from './transition.ts'

/** An ECS service on Fargate, run from an image. */
export const ecsService: Kind<'ecs-service', EcsSettings, EcsApplied> = {
  name: 'ecs-service',
  artifact: 'image',
  acceptsIndex: true,
  fields: imageFields({ acceptsIndex: true }),
  settings: ecsSettings,
  faults: settings => [...commonFaults(settings), ...ecsFaults(settings)],
  rollout: ecsRollout,
  needs: ecsNeeds,
  names: ecsNamesUsed,
  // A stream is named after its task, which tells nothing of its revision.
  log: target => ({ group: ecsNames(target).logGroup }),
  alarms: target => Object.values(ecsNames(target).alarms),
  managed: {
    ...managedByAll,
    aws_appautoscaling_policy: ['name', 'resource_id'],
    aws_appautoscaling_target: ['resource_id', 'scalable_dimension'],
    aws_ecs_service: ['name', 'cluster'],
    aws_ecs_task_definition: ['family'],
    aws_lb_listener_rule: ['listener_arn', 'priority'],
    aws_lb_target_group: ['name'],
    aws_sfn_state_machine: ['name'],
  },
  guarded: ['aws_ecs_service', 'aws_lb_listener_rule', 'aws_lb_target_group'],
  revisions: ['aws_ecs_task_definition'],
  onImport: {
    aws_ecs_service:
      'what it runs now stays until the rollout, and is where that goes back to, though no deploy has verified it',
  },
  attributeLabel: (path, service) => {
    const [, container, attribute] = /^container_definitions\.([^.]+)\.(.*)$/s.exec(path) ?? []
    const label = (attribute ?? path).replace(/^(environment|secrets)\.(?!\d)/, '$1 ')
    const isSidecar = container !== undefined && service !== undefined && container !== service
    return isSidecar ? `${container}: ${label}` : label
  },
  tooMuchAtOnce: ecsTooMuchAtOnce,
  place: ecsPlace,
  rights: ecsRights,
  applied: ecsApplied,
  locate: (target, environment, given) => {
    const cluster = clusterOf(given, environment)
    if (cluster === undefined) return undefined
    return { kind: 'ecs-service', cluster, serviceName: serviceName(target, given) }
  },
  pointer: ({ serviceName, cluster }) => `the service ${serviceName} of the cluster ${cluster}`,
  printRevision: printTaskDefinition,
  show: ({ revision }) => printTaskDefinition(revision),
}
