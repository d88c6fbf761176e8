import { expect, it } from 'vitest'
import { environments, pinned, sampleServices, services } from './catalogue.ts'
import { addresses, resource, type Stack, statements, synthesized } from './synthesized.ts'

const samples = synthesized(pinned(sampleServices()))
const sample = samples['service-a-staging']
const route = { priority: 7, hosts: ['api.example.com'], paths: ['/x', '/x/*'], healthCheck: '/live' }

/** The staging stack of an ECS service with some settings. */
function ecsStack(settings: object, more: object = {}): Stack {
  const all = services({ x: { kind: 'ecs-service', settings, ...more } })
  return synthesized(pinned(all))['x-staging'] as Stack
}

type Container = Record<string, unknown>

function container(stack: Stack | undefined): Container {
  const { container_definitions } = resource(stack, 'aws_ecs_task_definition.task')
  const [only] = JSON.parse(String(container_definitions)) as [Container]
  return only
}

it('a service behind a load balancer matches the snapshot', () => {
  expect(sample).toMatchSnapshot()
})

it('a service that shifts traffic matches the snapshot', () => {
  expect(ecsStack({ route, strategy: { type: 'canary' } })).toMatchSnapshot()
})

it('a service without a route has no load balancer and one alarm', () => {
  const internal = ecsStack({})
  expect(addresses(internal)).toEqual([
    'aws_cloudwatch_log_group.log',
    'aws_cloudwatch_metric_alarm.cpu',
    'aws_ecs_service.service',
    'aws_ecs_task_definition.task',
    'aws_iam_role.execution_role',
    'aws_iam_role.role',
    'aws_iam_role_policy.execution_role_policy',
  ])
  const service = resource(internal, 'aws_ecs_service.service')
  expect(service).not.toHaveProperty('load_balancer')
  expect(service).not.toHaveProperty('health_check_grace_period_seconds')
})

it('a task definition names its image by release, and older revisions stay usable', () => {
  expect(resource(sample, 'aws_ecs_task_definition.task')).toMatchObject({
    family: 'service-a-staging',
    skip_destroy: true,
    tags: { 'waybill-release': 'service-a-v1.1.0' },
    runtime_platform: { cpu_architecture: 'X86_64', operating_system_family: 'LINUX' },
  })
  expect(container(sample)).toMatchObject({
    name: 'service-a',
    image: '111111111111.dkr.ecr.eu-central-1.amazonaws.com/service-a-image:service-a-v1.1.0',
    portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
    environment: [
      { name: 'COMMIT', value: 'c'.repeat(40) },
      { name: 'PORT', value: '8080' },
      { name: 'RELEASE', value: 'service-a-v1.1.0' },
    ],
  })
})

it('Terraform ignores the task definition of the service, which the rollout owns', () => {
  expect(resource(sample, 'aws_ecs_service.service')).toMatchObject({
    name: 'service-a-staging',
    cluster: 'services',
    lifecycle: { ignore_changes: ['task_definition'] },
    wait_for_steady_state: false,
    enable_execute_command: false,
  })
  expect(sample?.output.applied?.value).toEqual({
    kind: 'ecs-service',
    cluster: 'services',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of Terraform
    serviceName: '${aws_ecs_service.service.name}',
    revision: '${aws_ecs_task_definition.task.arn}',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of Terraform
    container: 'service-a',
    tag: 'service-a-v1.1.0',
  })
})

it('only the task definition has the release, since anything else would change before the traffic', () => {
  const { output: _, ...rest } = sample as Stack
  const { aws_ecs_task_definition: __, ...others } = rest.resource
  expect(JSON.stringify({ ...rest, resource: others })).not.toContain('1.1.0')
})

it.each([
  [{ type: 'rolling' }, { strategy: 'ROLLING' }],
  [
    { type: 'blue-green', bakeMinutes: 0 },
    { strategy: 'BLUE_GREEN', bake_time_in_minutes: '0' },
  ],
  [
    { type: 'canary', percent: 5, canaryMinutes: 3 },
    {
      strategy: 'CANARY',
      bake_time_in_minutes: '5',
      canary_configuration: { canary_percent: 5, canary_bake_time_in_minutes: '3' },
    },
  ],
  [
    { type: 'linear', stepPercent: 25 },
    {
      strategy: 'LINEAR',
      bake_time_in_minutes: '5',
      linear_configuration: { step_percent: 25, step_bake_time_in_minutes: '2' },
    },
  ],
])('maps %j to %j', (strategy, configuration) => {
  const service = resource(ecsStack({ route, strategy }), 'aws_ecs_service.service')
  expect(service.deployment_configuration).toEqual(configuration)
  const breaker = strategy.type === 'rolling' ? { enable: true, rollback: true } : undefined
  expect(service.deployment_circuit_breaker).toEqual(breaker)
})

it('Terraform leaves the deployments of a service in phases to the rollout, from the second one on', () => {
  const stack = ecsStack({ route, strategy: '5%/15m, 25%/30m, 100%/10m' })
  const service = resource(stack, 'aws_ecs_service.service')
  expect(service).toMatchObject({
    deployment_configuration: { strategy: 'BLUE_GREEN', bake_time_in_minutes: '0' },
    lifecycle: { ignore_changes: ['task_definition', 'deployment_configuration'] },
    load_balancer: [{ advanced_configuration: expect.anything() }],
  })
  expect(service.deployment_circuit_breaker).toBeUndefined()
  expect(resource(stack, 'aws_lb_listener_rule.rule')).toMatchObject({
    action: [{ forward: { target_group: [{ weight: 100 }, { weight: 0 }] } }],
    lifecycle: { ignore_changes: ['action'] },
  })
  const rolling = resource(ecsStack({ route }), 'aws_ecs_service.service')
  expect(resource(ecsStack({ route, strategy: 'AllAtOnce' }), 'aws_ecs_service.service')).toEqual(rolling)
})

it('a smoke check has a rule of its own on the test listener, whose weights Terraform leaves to ECS', () => {
  const settings = { route, strategy: '100%/5m', smoke: { path: '/x/health' } }
  const stackWith = (testOf: (listener: string) => string | undefined) => {
    const places = environments(({ environments: all }) => {
      for (const one of Object.values(all)) one.testListener = testOf(String(one.listener))
    })
    const all = services({ x: { kind: 'ecs-service', settings } })
    return synthesized(pinned(all, places))['x-staging'] as Stack
  }
  const another = (listener: string) => listener.replace(/.$/, 'f')
  const stack = stackWith(another)
  expect(resource(stack, 'aws_lb_listener_rule.test_rule')).toMatchObject({
    listener_arn: another(String(environments().environments.staging?.listener)),
    priority: route.priority,
    lifecycle: { ignore_changes: ['action'] },
  })
  expect(resource(stack, 'aws_ecs_service.service')).toMatchObject({
    load_balancer: [
      {
        advanced_configuration: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
          test_listener_rule: '${aws_lb_listener_rule.test_rule.arn}',
        },
      },
    ],
  })
  for (const wrong of [
    () => undefined,
    (listener: string) => listener,
    (listener: string) => another(listener).replace('/app/', '/app/x'),
  ])
    expect(() => stackWith(wrong)).toThrow('needs a listener for its smoke check')
})

it('ECS itself rolls back if an alarm goes off', () => {
  const stack = ecsStack({ route })
  const alarms = ['server_errors', 'latency', 'cpu'].map(
    name => `\${aws_cloudwatch_metric_alarm.${name}.alarm_name}`,
  )
  expect(resource(stack, 'aws_ecs_service.service').alarms).toEqual({
    enable: true,
    rollback: true,
    alarm_names: alarms,
  })
})

it('traffic shifts between two target groups, with a role for it and a rule whose action Terraform ignores', () => {
  const stack = ecsStack({ route, strategy: { type: 'blue-green' } })
  expect(resource(stack, 'aws_lb_target_group.target_group').name).toBe('x-staging')
  expect(resource(stack, 'aws_lb_target_group.other_target_group').name).toBe('x-staging-alt')
  expect(resource(stack, 'aws_lb_listener_rule.rule').lifecycle).toEqual({ ignore_changes: ['action'] })
  expect(resource(stack, 'aws_ecs_service.service').load_balancer).toMatchObject([
    {
      container_name: 'x',
      advanced_configuration: {
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of Terraform
        alternate_target_group_arn: '${aws_lb_target_group.other_target_group.arn}',
        production_listener_rule: '${aws_lb_listener_rule.rule.arn}',
        role_arn: '${aws_iam_role.balancer_role.arn}',
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of Terraform
      },
    },
  ])
  expect(resource(stack, 'aws_iam_role_policy_attachment.balancer_policy').policy_arn).toBe(
    'arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers',
  )
})

it.each([
  [{ cpuPercent: 60 }, 60, { predefined_metric_type: 'ECSServiceAverageCPUUtilization' }],
  [
    { requestsPerTask: 800 },
    800,
    {
      predefined_metric_type: 'ALBRequestCountPerTarget',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
      resource_label: 'app/public/2222222222222222/${aws_lb_target_group.target_group.arn_suffix}',
    },
  ],
])('AWS scales a service to keep %j, and Terraform leaves its count alone', (wanted, target, metric) => {
  const stack = ecsStack({ route, count: { min: 2, max: 9, ...wanted } })
  expect(resource(stack, 'aws_ecs_service.service')).toMatchObject({
    desired_count: 2,
    lifecycle: { ignore_changes: ['task_definition', 'desired_count'] },
  })
  expect(resource(stack, 'aws_appautoscaling_target.scaling')).toMatchObject({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
    resource_id: 'service/services/${aws_ecs_service.service.name}',
    min_capacity: 2,
    max_capacity: 9,
  })
  const policy = resource(stack, 'aws_appautoscaling_policy.scaling_policy')
  expect(policy.target_tracking_scaling_policy_configuration).toEqual({
    target_value: target,
    predefined_metric_specification: metric,
  })
})

it('limits without a value to keep leave the policy to others', () => {
  const all = addresses(ecsStack({ count: { min: 1, max: 4 } }))
  expect(all).toContain('aws_appautoscaling_target.scaling')
  expect(all).not.toContain('aws_appautoscaling_policy.scaling_policy')
})

it('a rolling service with the alternate target group is ready for shifted traffic, and keeps its rule', () => {
  const stack = ecsStack({ route, strategy: { type: 'rolling', alternate: true } })
  expect(resource(stack, 'aws_lb_listener_rule.rule')).not.toHaveProperty('lifecycle')
  expect(resource(stack, 'aws_ecs_service.service')).toMatchObject({
    deployment_configuration: { strategy: 'ROLLING' },
    deployment_circuit_breaker: { enable: true, rollback: true },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of Terraform
    load_balancer: [{ advanced_configuration: { role_arn: '${aws_iam_role.balancer_role.arn}' } }],
  })
})

it('Terraform owns the rule of a rolling service', () => {
  expect(resource(ecsStack({ route }), 'aws_lb_listener_rule.rule')).not.toHaveProperty('lifecycle')
})

it('the alarms of a service that shifts traffic cover both target groups', () => {
  const stack = ecsStack({ route, strategy: { type: 'linear' } })
  const expressions = ['server_errors', 'latency'].map(name => {
    const alarm = resource(stack, `aws_cloudwatch_metric_alarm.${name}`)
    const queries = alarm.metric_query as { expression?: string; metric?: { dimensions: object } }[]
    const groups = queries.flatMap(({ metric }) => (metric === undefined ? [] : [metric.dimensions]))
    expect(groups).toEqual(
      ['target_group', 'other_target_group'].map(group => ({
        LoadBalancer: 'app/public/2222222222222222',
        TargetGroup: `\${aws_lb_target_group.${group}.arn_suffix}`,
      })),
    )
    return queries.at(-1)?.expression
  })
  expect(expressions).toEqual(['FILL(m1, 0) + FILL(m2, 0)', 'MAX([FILL(m1, 0), FILL(m2, 0)])'])
})

it('converts the latency limit to seconds, the unit of the load balancer', () => {
  const stack = ecsStack({ route, alarms: { latencyMs: 250 } })
  expect(resource(stack, 'aws_cloudwatch_metric_alarm.latency').threshold).toBe(0.25)
})

it('the route sets the conditions of the rule and the path of the health check', () => {
  const stack = ecsStack({ route, port: 3000 })
  expect(resource(stack, 'aws_lb_listener_rule.rule')).toMatchObject({
    priority: 7,
    condition: [
      { host_header: { values: ['api.example.com'] } },
      { path_pattern: { values: ['/x', '/x/*'] } },
    ],
  })
  expect(resource(stack, 'aws_lb_target_group.target_group')).toMatchObject({
    port: 3000,
    target_type: 'ip',
    vpc_id: 'vpc-22222222222222222',
    deregistration_delay: '30',
    health_check: { path: '/live' },
  })
})

const secret = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:x-AbCdEf'

it('ECS passes the secrets, and only the execution role may read them', () => {
  const statement = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::x/*'] }
  const stack = ecsStack({ secrets: { TOKEN: secret }, permissions: [statement] })
  expect(container(stack).secrets).toEqual([{ name: 'TOKEN', valueFrom: secret }])
  const starting = statements(resource(stack, 'aws_iam_role_policy.execution_role_policy'))
  expect(starting.at(-1)).toEqual({
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue'],
    Resource: [secret],
  })
  expect(statements(resource(stack, 'aws_iam_role_policy.role_policy'))).toEqual([
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::x/*'] },
  ])
})

it('the execution role pulls from one repository, and only tasks of its account may assume it', () => {
  const stack = ecsStack({}, { repository: 'team/quotes' })
  const starting = statements(resource(stack, 'aws_iam_role_policy.execution_role_policy'))
  expect(starting[1]?.Resource).toEqual(['arn:aws:ecr:eu-central-1:111111111111:repository/team/quotes'])
  expect(
    statements(resource(stack, 'aws_iam_role.execution_role'), 'assume_role_policy')[0]?.Condition,
  ).toEqual({
    ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-central-1:222222222222:*' },
    StringEquals: { 'aws:SourceAccount': '222222222222' },
  })
})

it('an image for arm64 runs on arm64', () => {
  const stack = ecsStack({}, { build: { platforms: ['linux/arm64', 'linux/amd64'] } })
  expect(resource(stack, 'aws_ecs_task_definition.task').runtime_platform).toMatchObject({
    cpu_architecture: 'ARM64',
  })
})

it('a service may run in a different region from the artifacts', () => {
  const abroad = environments(json => {
    Object.assign(json.environments.staging as object, { region: 'us-east-1' })
  })
  const stacks = synthesized(pinned(services({ x: { kind: 'ecs-service' } }), abroad))
  expect(container(stacks['x-staging']).image).toContain('.ecr.eu-central-1.')
  expect(container(stacks['x-staging']).logConfiguration).toMatchObject({
    options: { 'awslogs-region': 'us-east-1' },
  })
})
