import { createHash } from 'node:crypto'
import type { Part } from './configurations.ts'
import { configuration, policy, reference, role } from './configurations.ts'

/** The listener of every service here. */
export const listener =
  'arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/shared/0123456789abcdef/0123456789abcdef'

/** A service behind a load balancer, as in a release's stack; `settings` override the service's own. */
export function ecsStack(name: string, image: string, settings: Part = {}): Part {
  const container = { name, image, essential: true, portMappings: [{ containerPort: 8080 }] }
  return configuration({
    resource: {
      ...role(name, 'ecs-tasks.amazonaws.com'),
      aws_ecs_task_definition: {
        task: {
          family: name,
          cpu: '256',
          memory: '512',
          network_mode: 'awsvpc',
          requires_compatibilities: ['FARGATE'],
          execution_role_arn: reference('aws_iam_role.runs.arn'),
          container_definitions: JSON.stringify([container]),
          skip_destroy: true,
        },
      },
      aws_lb_target_group: {
        group: {
          name,
          port: 8080,
          protocol: 'HTTP',
          target_type: 'ip',
          vpc_id: 'vpc-1',
          health_check: { path: '/health' },
        },
      },
      aws_lb_listener_rule: {
        route: {
          listener_arn: listener,
          // Each service has its own, and the listener refuses one that is taken.
          priority: createHash('sha256').update(name).digest().readUInt16BE() % 50_000 || 1,
          condition: [{ path_pattern: { values: ['/quotes/*'] } }],
          action: [{ type: 'forward', target_group_arn: reference('aws_lb_target_group.group.arn') }],
        },
      },
      aws_ecs_service: { service: { ...serviceOf(name), ...settings } },
    },
    output: {
      taskDefinition: { value: reference('aws_ecs_task_definition.task.arn') },
      running: { value: reference('aws_ecs_service.service.task_definition') },
    },
  })
}

function serviceOf(name: string): Part {
  return {
    name,
    cluster: 'shared',
    launch_type: 'FARGATE',
    desired_count: 2,
    task_definition: reference('aws_ecs_task_definition.task.arn'),
    deployment_circuit_breaker: { enable: true, rollback: true },
    network_configuration: { subnets: ['subnet-2', 'subnet-1'], security_groups: ['sg-1'] },
    load_balancer: [
      {
        target_group_arn: reference('aws_lb_target_group.group.arn'),
        container_name: name,
        container_port: 8080,
      },
    ],
    depends_on: ['aws_lb_listener_rule.route'],
    lifecycle: { ignore_changes: ['task_definition'] },
  }
}

/** A service whose traffic moves in two steps while an alarm watches. */
export function blueGreenStack(name: string, image: string): Part {
  const group = reference('aws_lb_target_group.group.arn')
  const other = reference('aws_lb_target_group.other.arn')
  const advanced_configuration = {
    alternate_target_group_arn: other,
    production_listener_rule: reference('aws_lb_listener_rule.route.arn'),
    role_arn: reference('aws_iam_role.runs.arn'),
  }
  const stack = ecsStack(name, image, {
    deployment_circuit_breaker: [],
    deployment_configuration: {
      strategy: 'CANARY',
      bake_time_in_minutes: '5',
      canary_configuration: { canary_percent: 12.5, canary_bake_time_in_minutes: '3' },
    },
    alarms: { alarm_names: [`${name}-5xx`], enable: true, rollback: true },
    load_balancer: [
      { target_group_arn: group, container_name: name, container_port: 8080, advanced_configuration },
    ],
  })
  const { aws_lb_target_group: groups, aws_lb_listener_rule: rules, ...others } = stack.resource as Resources
  const weights = [
    { arn: group, weight: 100 },
    { arn: other, weight: 0 },
  ]
  const action = [{ type: 'forward', forward: [{ target_group: weights }] }]
  return {
    ...stack,
    resource: {
      ...others,
      aws_lb_target_group: { ...groups, other: { ...groups?.group, name: `${name}-other` } },
      aws_lb_listener_rule: { route: { ...rules?.route, action } },
    },
  }
}

type Resources = Record<string, Record<string, Part>>

/** An artifact store: a repository and a bucket with all their settings. */
export function foundation(name: string, account = '111111111111'): Part {
  const bucket = reference('aws_s3_bucket.artifacts.id')
  const repository = reference('aws_ecr_repository.images.name')
  const reader = { AWS: `arn:aws:iam::${account}:root` }
  const expire = {
    rulePriority: 1,
    selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 },
    action: { type: 'expire' },
  }
  const read = {
    Effect: 'Allow',
    Principal: reader,
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${name}/*`,
  }
  const pull = { Effect: 'Allow', Principal: reader, Action: 'ecr:BatchGetImage' }
  return configuration({
    account,
    resource: {
      aws_ecr_repository: {
        images: {
          name,
          image_tag_mutability: 'IMMUTABLE',
          image_scanning_configuration: { scan_on_push: true },
        },
      },
      aws_ecr_lifecycle_policy: { images: { repository, policy: JSON.stringify({ rules: [expire] }) } },
      aws_ecr_repository_policy: { images: { repository, policy: policy(pull) } },
      aws_s3_bucket: { artifacts: { bucket: name, force_destroy: true, tags: { of: 'releases' } } },
      aws_s3_bucket_versioning: { artifacts: { bucket, versioning_configuration: { status: 'Enabled' } } },
      aws_s3_bucket_policy: { artifacts: { bucket, policy: policy(read) } },
      aws_s3_bucket_ownership_controls: {
        artifacts: { bucket, rule: { object_ownership: 'BucketOwnerEnforced' } },
      },
      aws_s3_bucket_server_side_encryption_configuration: {
        artifacts: {
          bucket,
          rule: {
            apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' },
            blocked_encryption_types: ['SSE-C'],
          },
        },
      },
      aws_s3_bucket_public_access_block: {
        artifacts: {
          bucket,
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        },
      },
      aws_s3_bucket_lifecycle_configuration: {
        artifacts: {
          bucket,
          rule: [
            { id: 'builds', status: 'Enabled', filter: { prefix: 'builds/' }, expiration: { days: 90 } },
          ],
        },
      },
    },
    output: {
      url: { value: reference('aws_ecr_repository.images.repository_url') },
      bucket: { value: reference('aws_s3_bucket.artifacts.arn') },
    },
  })
}
