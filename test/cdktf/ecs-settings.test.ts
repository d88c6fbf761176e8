import { expect, it } from 'vitest'
import { userError } from '../scripts/samples.ts'
import { pinned, services } from './catalogue.ts'
import { everyEcsSetting } from './every-ecs-setting.ts'
import { addresses, resource, type Stack, statements, synthesized } from './synthesized.ts'

/** The staging stack of an ECS service with some settings. */
function ecsStack(settings: object): Stack {
  const all = services({ x: { kind: 'ecs-service', settings } })
  return synthesized({ ...pinned(all), foundation: false })['x-staging'] as Stack
}

type Container = Record<string, unknown>

function containers(stack: Stack): Container[] {
  const { container_definitions } = resource(stack, 'aws_ecs_task_definition.task')
  return JSON.parse(String(container_definitions)) as Container[]
}

const image = 'public.ecr.aws/x/agent:1.2.3'
const everything = ecsStack(everyEcsSetting)
const [own = {}, collector = {}, migrate = {}, router = {}] = containers(everything)
const log = (prefix: string) => ({
  logDriver: 'awslogs',
  options: {
    'awslogs-group': '/ecs/x-staging',
    'awslogs-region': 'eu-central-1',
    'awslogs-stream-prefix': prefix,
  },
})

it('sidecars run beside the container of the service, which comes first', () => {
  expect(containers(everything).map(({ name }) => name)).toEqual(['x', 'collector', 'migrate', 'router'])
  expect(collector).toMatchObject({
    essential: true,
    command: ['--config', 'env:CONFIG'],
    secrets: [{ name: 'KEY', valueFrom: 'arn:aws:ssm:eu-central-1:222222222222:parameter/collector' }],
    dependsOn: [
      { containerName: 'migrate', condition: 'SUCCESS' },
      { containerName: 'router', condition: 'HEALTHY' },
    ],
    logConfiguration: log('collector'),
  })
  expect(collector.environment).toEqual([{ name: 'CONFIG', value: '$${x} %%{y}' }])
  expect(migrate.essential).toBe(false)
  expect(own.dependsOn).toEqual([
    { containerName: 'migrate', condition: 'SUCCESS' },
    { containerName: 'router', condition: 'START' },
  ])
})

it('a log router gets the log of the service, and logs to CloudWatch itself', () => {
  expect(router).toMatchObject({
    firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
    healthCheck: { command: ['CMD-SHELL', 'echo ok'], interval: 10, timeout: 2, retries: 2, startPeriod: 5 },
    logConfiguration: log('router'),
  })
  expect(own.logConfiguration).toEqual({
    logDriver: 'awsfirelens',
    options: { Name: 'datadog', Host: 'http-intake.logs.datadoghq.eu' },
    secretOptions: [{ name: 'apikey', valueFrom: 'arn:aws:ssm:eu-central-1:222222222222:parameter/datadog' }],
  })
})

it('the execution role pulls private images of sidecars and reads the secrets of all containers', () => {
  const all = statements(resource(everything, 'aws_iam_role_policy.execution_role_policy'))
  expect(all.map(({ Resource }) => Resource)).toEqual(
    expect.arrayContaining([
      ['arn:aws:ecr:eu-central-1:222222222222:repository/tools/collector'],
      ['collector', 'datadog'].map(name => `arn:aws:ssm:eu-central-1:222222222222:parameter/${name}`),
    ]),
  )
  const publicOnly = ecsStack({ sidecars: { agent: { image } } })
  expect(statements(resource(publicOnly, 'aws_iam_role_policy.execution_role_policy'))).toHaveLength(3)
})

it('a sidecar cannot have the name of the service', () => {
  const { message } = userError(() => ecsStack({ sidecars: { x: { image } } }))
  expect(message).toContain('a sidecar of x in staging is called x, as the container of the service')
})

it('mounts EFS with the rights of the task, encrypted on the way', () => {
  const { volume } = resource(everything, 'aws_ecs_task_definition.task')
  const iam = { iam: 'ENABLED' }
  expect(volume).toEqual([
    {
      name: 'data',
      efs_volume_configuration: {
        file_system_id: 'fs-0123456789abcdef0',
        transit_encryption: 'ENABLED',
        authorization_config: { access_point_id: 'fsap-0123456789abcdef0', ...iam },
      },
    },
    {
      name: 'shared',
      efs_volume_configuration: {
        file_system_id: 'fs-0123456789abcdef1',
        root_directory: '/shared',
        transit_encryption: 'ENABLED',
        authorization_config: iam,
      },
    },
  ])
  expect(own.mountPoints).toEqual([
    { sourceVolume: 'data', containerPath: '/data', readOnly: false },
    { sourceVolume: 'shared', containerPath: '/shared', readOnly: true },
  ])
  const arn = 'arn:aws:elasticfilesystem:eu-central-1:222222222222:'
  expect(statements(resource(everything, 'aws_iam_role_policy.role_policy')).slice(0, 2)).toEqual([
    {
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
      Resource: [`${arn}file-system/fs-0123456789abcdef0`],
      Condition: {
        StringEquals: {
          'elasticfilesystem:AccessPointArn': `${arn}access-point/fsap-0123456789abcdef0`,
        },
      },
    },
    {
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount'],
      Resource: [`${arn}file-system/fs-0123456789abcdef1`],
    },
  ])
})

it('a service with further ports names them all, and without them its task definition stays as it was', () => {
  expect(containers(ecsStack({ ports: { admin: 9000 } }))[0]?.portMappings).toEqual([
    { name: 'admin', containerPort: 9000, protocol: 'tcp' },
    { name: 'main', containerPort: 8080, protocol: 'tcp' },
  ])
  expect(containers(ecsStack({}))[0]?.portMappings).toEqual([{ containerPort: 8080, protocol: 'tcp' }])
})

it('the load balancer keeps sending requests to the port that rollouts watch', () => {
  expect(resource(everything, 'aws_ecs_service.service').load_balancer).toMatchObject([
    { container_name: 'x', container_port: 8080 },
  ])
})

it('offers ports in Service Connect, or only calls others', () => {
  expect(own.portMappings).toContainEqual({
    name: 'grpc-api',
    containerPort: 9001,
    protocol: 'tcp',
    appProtocol: 'grpc',
  })
  const connected = (stack: Stack) => resource(stack, 'aws_ecs_service.service').service_connect_configuration
  expect(connected(everything)).toEqual({
    enabled: true,
    namespace: 'internal',
    service: [
      { port_name: 'main', discovery_name: 'x-staging', client_alias: { dns_name: 'quotes', port: 80 } },
      { port_name: 'grpc-api', discovery_name: 'x-staging-grpc-api', client_alias: { port: 9001 } },
    ],
    log_configuration: {
      log_driver: 'awslogs',
      options: expect.objectContaining({ 'awslogs-stream-prefix': 'service-connect' }),
    },
  })
  expect(connected(ecsStack({ serviceConnect: { namespace: 'internal' } }))).toMatchObject({ service: [] })
})

it('runs on Fargate and Fargate Spot in place of a launch type', () => {
  const service = resource(everything, 'aws_ecs_service.service')
  expect(service).toMatchObject({
    capacity_provider_strategy: [
      { capacity_provider: 'FARGATE', base: 1, weight: 1 },
      { capacity_provider: 'FARGATE_SPOT', base: 0, weight: 3 },
    ],
    force_new_deployment: true,
  })
  expect(service).not.toHaveProperty('launch_type')
})

it('a shell in a task needs rights, and an init process to clean up after it', () => {
  expect(resource(everything, 'aws_ecs_service.service').enable_execute_command).toBe(true)
  expect(own.linuxParameters).toEqual({ initProcessEnabled: true })
  expect(statements(resource(everything, 'aws_iam_role_policy.role_policy')).at(-1)).toEqual({
    Effect: 'Allow',
    Action: ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
      one => `ssmmessages:${one}`,
    ),
    Resource: ['*'],
  })
})

it('AWS scales a service by several values at once, each with a policy of its own', () => {
  const policies = everything.resource.aws_appautoscaling_policy ?? {}
  expect(
    Object.entries(policies).map(([id, { name, target_tracking_scaling_policy_configuration }]) => [
      id,
      name,
      (target_tracking_scaling_policy_configuration as { target_value: number }).target_value,
    ]),
  ).toEqual([
    ['memory_scaling_policy', 'x-staging-memory', 70],
    ['requests_scaling_policy', 'x-staging-requests', 500],
    ['scaling_policy', 'x-staging', 60],
  ])
})

it('a schedule starts a state machine that runs what serves, and never names a revision', () => {
  expect(resource(everything, 'aws_scheduler_schedule.schedule_tidy_up_times')).toMatchObject({
    name: 'x-staging-tidy-up',
    schedule_expression: 'cron(0 3 * * ? *)',
    schedule_expression_timezone: 'Europe/Berlin',
    state: 'ENABLED',
    target: {
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of Terraform
      arn: '${aws_sfn_state_machine.schedule_tidy_up.arn}',
      role_arn: '${aws_iam_role.schedule_role.arn}',
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of Terraform
    },
  })
  const { definition } = resource(everything, 'aws_sfn_state_machine.schedule_tidy_up')
  expect(String(definition)).not.toContain('aws_ecs_task_definition')
  expect(JSON.parse(String(definition))).toMatchObject({
    QueryLanguage: 'JSONata',
    States: {
      Find: { Arguments: { Cluster: 'services', Services: ['x-staging'] }, Next: 'Run' },
      Run: {
        Resource: 'arn:aws:states:::ecs:runTask.sync',
        TimeoutSeconds: 3600,
        Arguments: {
          TaskDefinition: '{% $states.input.taskDefinition %}',
          CapacityProviderStrategy: [
            { CapacityProvider: 'FARGATE', Base: 1, Weight: 1 },
            { CapacityProvider: 'FARGATE_SPOT', Base: 0, Weight: 3 },
          ],
          Overrides: { ContainerOverrides: [{ Name: 'x', Command: ['node', 'tidy.js'] }] },
        },
      },
    },
  })
  expect(resource(everything, 'aws_scheduler_schedule.schedule_hourly_times').state).toBe('DISABLED')
})

it('the role of schedules may run and stop its own tasks, and pass only their roles', () => {
  const own = statements(resource(everything, 'aws_iam_role_policy.schedule_role_policy'))
  const of = (action: string) => own.filter(({ Action }) => (Action as string[]).includes(action))
  const regional = (resource: string) => resource.replace(/^(\w+):/, 'arn:aws:$1:eu-central-1:222222222222:')
  expect(of('ecs:RunTask')).toEqual([
    {
      Effect: 'Allow',
      Action: ['ecs:RunTask'],
      Resource: [regional('ecs:task-definition/x-staging:*')],
      Condition: { ArnEquals: { 'ecs:cluster': regional('ecs:cluster/services') } },
    },
  ])
  expect(of('ecs:StopTask')[0]?.Condition).toEqual({
    StringEquals: {
      'aws:ResourceTag/waybill-service': 'x',
      'aws:ResourceTag/waybill-environment': 'staging',
    },
  })
  expect(of('iam:PassRole')[0]).toMatchObject({
    Resource: ['x-staging', 'x-staging-execution'].map(name => `arn:aws:iam::222222222222:role/${name}`),
  })
  expect(of('states:StartExecution')[0]?.Resource).toEqual(
    ['tidy-up', 'hourly'].map(name => regional(`states:stateMachine:x-staging-${name}`)),
  )
})

it('without schedules there is no role for them', () => {
  expect(addresses(ecsStack({})).filter(one => one.includes('schedule'))).toEqual([])
})
