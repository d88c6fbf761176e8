import type { CloudwatchLogGroup, EcsService, EcsTaskDefinition, IamRole } from '../../aws.ts'
import type { Fixed } from '../shared/fixed.ts'

/** The resources of an ECS service's stack that extensions most often need. */
export type EcsResources = {
  readonly service: EcsService
  readonly task: EcsTaskDefinition
  /** What the containers may do. */
  readonly role: IamRole
  /** What ECS may do to start them. */
  readonly execution_role: IamRole
  readonly log: CloudwatchLogGroup
}

/** What Waybill relies on beyond names: the images, and what a rollout moves. */
export const fixedOfEcs: Fixed = {
  aws_ecs_service: [
    'cluster',
    'task_definition',
    'desired_count',
    'deployment_configuration',
    'deployment_controller',
    'load_balancer',
  ],
  aws_ecs_task_definition: ['skip_destroy', 'container_definitions.name', 'container_definitions.image'],
  aws_appautoscaling_target: ['resource_id', 'scalable_dimension'],
  aws_lb_listener_rule: ['action', 'listener_arn'],
}
