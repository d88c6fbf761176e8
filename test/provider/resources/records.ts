import { createHash } from 'node:crypto'
import type { Aws } from '../aws/configuration.ts'
import type { State, Value } from '../wire/value.ts'
import { record } from './record.ts'
import type { ResourceType } from './resource-type.ts'

/** Types that a release does not touch or that the emulator does not support, as records, by type name. */
export const records: Record<string, ResourceType> = {
  aws_appautoscaling_target: record({
    label: 'Application AutoScaling Target',
    name: 'resource_id',
    replaceOn: ['region', 'resource_id', 'scalable_dimension', 'service_namespace'],
    computed: (aws, { resource_id, service_namespace }) => ({
      id: resource_id ?? null,
      arn: arnOf(
        aws,
        'application-autoscaling',
        `scalable-target/${shortHash({ resource_id: resource_id ?? null })}`,
      ),
      role_arn: `arn:${aws.partition}:iam::${aws.account}:role/aws-service-role/${service_namespace}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
      suspended_state: [],
    }),
  }),
  aws_appautoscaling_policy: record({
    label: 'Application AutoScaling Scaling Policy',
    name: 'name',
    replaceOn: ['name', 'region', 'resource_id', 'scalable_dimension', 'service_namespace'],
    computed: (aws, { name, resource_id }) => ({
      id: name ?? null,
      arn: arnOf(aws, 'autoscaling', `scalingPolicy:${shortHash({ resource_id: resource_id ?? null })}`),
      alarm_arns: [],
    }),
  }),
  aws_cloudwatch_log_group: record({
    label: 'CloudWatch Logs Log Group',
    name: 'name',
    replaceOn: ['log_group_class', 'name', 'name_prefix', 'region'],
    computed: (aws, { name }) => ({
      id: name ?? null,
      arn: arnOf(aws, 'logs', `log-group:${name}`),
      log_group_class: 'STANDARD',
      name_prefix: '',
    }),
  }),
  aws_lambda_function_event_invoke_config: record({
    label: 'Lambda Function Event Invoke Config',
    name: 'function_name',
    replaceOn: ['function_name', 'qualifier', 'region'],
    computed: (_, { function_name, qualifier }) => ({
      id: qualifier ? `${function_name}:${qualifier}` : (function_name ?? null),
    }),
  }),
  aws_lambda_function_url: record({
    label: 'Lambda Function URL',
    name: 'function_name',
    replaceOn: ['function_name', 'qualifier', 'region'],
    computed: (aws, { function_name, qualifier }) => {
      const url_id = shortHash({ function_name: function_name ?? null })
      return {
        id: `${function_name}/${qualifier}`,
        function_arn: `${functionArn(aws, function_name)}:${qualifier}`,
        function_url: `https://${url_id}.lambda-url.${aws.region}.on.aws/`,
        url_id,
      }
    },
  }),
  aws_lambda_provisioned_concurrency_config: record({
    label: 'Lambda Provisioned Concurrency Config',
    name: 'function_name',
    replaceOn: ['function_name', 'qualifier', 'region'],
    computed: (_, { function_name, qualifier }) => ({ id: `${function_name},${qualifier}` }),
  }),
  aws_lambda_event_source_mapping: record({
    label: 'Lambda Event Source Mapping',
    name: 'function_name',
    replaceOn: ['event_source_arn', 'queues', 'region', 'starting_position', 'topics'],
    computed: (aws, planned) => {
      const uuid = shortHash(planned)
      const function_arn = functionArn(aws, planned.function_name)
      const arn = arnOf(aws, 'lambda', `event-source-mapping:${uuid}`)
      return { id: uuid, uuid, arn, function_arn, state: 'Enabled' }
    },
  }),
  aws_sfn_state_machine: record({
    label: 'Step Functions State Machine',
    name: 'name',
    replaceOn: ['name', 'name_prefix', 'region', 'type'],
    computed: (aws, { name }) => {
      const arn = arnOf(aws, 'states', `stateMachine:${name}`)
      return {
        id: arn,
        arn,
        creation_date: '2026-01-01T00:00:00Z',
        description: '',
        name_prefix: '',
        revision_id: '',
        state_machine_version_arn: '',
        status: 'ACTIVE',
        version_description: '',
      }
    },
  }),
  aws_sqs_queue: record({
    label: 'SQS Queue',
    name: 'name',
    replaceOn: ['fifo_queue', 'name', 'name_prefix', 'region'],
    computed: (aws, { name }) => {
      const url = `https://sqs.${aws.region}.amazonaws.com/${aws.account}/${name}`
      return { id: url, url, arn: arnOf(aws, 'sqs', String(name)), name_prefix: '' }
    },
  }),
  aws_security_group: record({
    label: 'Security Group',
    name: 'name',
    replaceOn: ['description', 'name', 'name_prefix', 'region', 'vpc_id'],
    computed: (aws, { name, vpc_id }) => {
      const id = `sg-${shortHash({ name: name ?? null, vpc_id: vpc_id ?? null })}`
      const arn = arnOf(aws, 'ec2', `security-group/${id}`)
      return { id, arn, owner_id: aws.account, name_prefix: '', ingress: [], egress: [] }
    },
  }),
}

function arnOf({ partition, region, account }: Aws, service: string, rest: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${rest}`
}

function functionArn(aws: Aws, name: Value | undefined): string {
  return String(name).startsWith('arn:') ? String(name) : arnOf(aws, 'lambda', `function:${name}`)
}

function shortHash(state: State): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16)
}
