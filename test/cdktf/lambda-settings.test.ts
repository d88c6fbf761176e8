import { expect, it } from 'vitest'
import { environments, pinned, services } from './catalogue.ts'
import { fullFunctions } from './examples/every-lambda-setting.ts'
import { resource, type Stack, statements, synthesized } from './synthesized.ts'

const stacks = synthesized({ ...pinned(services(fullFunctions)), foundation: false })
const full = stacks['full-zip-staging'] as Stack
const arn = (service: string, name: string) => `arn:aws:${service}:eu-central-1:222222222222:${name}`
const key = arn('kms', 'key/5ad5ee42-4b6d-4d39-a8b1-2b8b4f6f0f0a')
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of Terraform
const live = '${aws_lambda_alias.live.arn}'
const onLive = {
  function_name: '${aws_lambda_alias.live.function_name}',
  qualifier: '${aws_lambda_alias.live.name}',
}
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of Terraform

it('a function has what its settings say, and its log the same key', () => {
  expect(resource(full, 'aws_lambda_function.function')).toMatchObject({
    layers: ['arn:aws:lambda:eu-central-1:222222222222:layer:tools:3'],
    ephemeral_storage: { size: 1024 },
    dead_letter_config: { target_arn: arn('sqs', 'dead-letters') },
    logging_config: { log_format: 'JSON', application_log_level: 'INFO', system_log_level: 'WARN' },
    tracing_config: { mode: 'Active' },
    kms_key_arn: key,
    vpc_config: { subnet_ids: ['subnet-2222222222222222b'], security_group_ids: ['sg-22222222222222222'] },
  })
  expect(resource(full, 'aws_cloudwatch_log_group.log')).toMatchObject({ kms_key_id: key })
})

it('everything that calls a function calls the live version', () => {
  expect(resource(full, 'aws_lambda_provisioned_concurrency_config.provisioned_concurrency')).toMatchObject({
    ...onLive,
    provisioned_concurrent_executions: 2,
  })
  expect(resource(full, 'aws_lambda_function_url.url')).toMatchObject({
    ...onLive,
    authorization_type: 'AWS_IAM',
  })
  for (const name of ['orders', 'clicks', 'parcels'])
    expect(resource(full, `aws_lambda_event_source_mapping.source_${name}`).function_name).toBe(live)
  for (const name of ['files', 'paid']) {
    expect(resource(full, `aws_cloudwatch_event_target.source_${name}_target`).arn).toBe(live)
    expect(resource(full, `aws_lambda_permission.source_${name}_permission`)).toMatchObject({
      ...onLive,
      principal: 'events.amazonaws.com',
      source_account: '222222222222',
      source_arn: `\${aws_cloudwatch_event_rule.source_${name}.arn}`,
    })
  }
  expect(resource(full, 'aws_scheduler_schedule.schedule_hourly')).toMatchObject({
    name: 'full-zip-staging-hourly',
    schedule_expression: 'rate(1 hour)',
    target: { arn: live, input: '{"tidy":true}', retry_policy: { maximum_retry_attempts: 2 } },
  })
})

it('a schedule calls with a role that may call the live version, and nothing else', () => {
  expect(statements(resource(full, 'aws_iam_role_policy.scheduler_role_policy'))).toEqual([
    {
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: [arn('lambda', 'function:full-zip-staging:STAGING')],
    },
  ])
})

it('a function may read its queues and streams, send what it failed on, and use its key, each by name', () => {
  const rights = statements(resource(full, 'aws_iam_role_policy.role_policy'))
  const onResource = (resourceArn: string) =>
    rights
      .filter(({ Resource }) => (Resource as string[]).includes(resourceArn))
      .flatMap(({ Action }) => Action)
  expect(onResource(arn('sqs', 'orders'))).toEqual([
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ])
  expect(onResource(arn('kinesis', 'stream/clicks'))).toContain('kinesis:GetRecords')
  expect(onResource(arn('dynamodb', 'table/parcels/stream/2026-01-02T03:04:05.678'))).toContain(
    'dynamodb:GetRecords',
  )
  expect(new Set(onResource(arn('sqs', 'dead-letters')))).toEqual(new Set(['sqs:SendMessage']))
  expect(onResource(key)).toEqual(['kms:Decrypt'])
})

it("a bucket's events come through a rule, by one matcher for both ends of a key", () => {
  const { event_pattern } = resource(full, 'aws_cloudwatch_event_rule.source_files')
  expect(JSON.parse(String(event_pattern))).toEqual({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: ['files'] }, object: { key: [{ wildcard: 'in/*.csv' }] } },
  })
})

it('without alarms there are none, and nothing watches the function by itself', () => {
  expect(stacks['full-image-staging']?.resource).not.toHaveProperty('aws_cloudwatch_metric_alarm')
})

it('alarm actions are called besides the guardian, and also where an alarm may ring', () => {
  const places = environments(json => {
    for (const one of Object.values(json.environments)) one.guardian = { service: 'guard' }
  })
  const topic = arn('sns', 'on-call')
  const all = services({
    guard: { kind: 'lambda-zip' },
    x: {
      kind: 'lambda-zip',
      settings: { alarmActions: [topic], watch: { ignoreRinging: ['x-staging-latency'] } },
    },
  })
  const stack = synthesized({ ...pinned(all, places), foundation: false })['x-staging']
  expect(resource(stack, 'aws_cloudwatch_metric_alarm.errors').alarm_actions).toEqual([
    topic,
    arn('lambda', 'function:guard-staging:STAGING'),
  ])
  expect(resource(stack, 'aws_cloudwatch_metric_alarm.latency').alarm_actions).toEqual([topic])
})

it('a URL for everybody lets them call by the URL only, which takes a provider that can say so', () => {
  const all = services({ x: { kind: 'lambda-zip', settings: { functionUrl: { authType: 'NONE' } } } })
  const input = (places: ReturnType<typeof environments>) => ({ ...pinned(all, places), foundation: false })
  expect(() => synthesized(input(environments()))).toThrow('which needs a newer AWS provider')
  const newer = environments(json => Object.assign(json, { terraform: { awsProvider: '~> 6.29' } }))
  const stack = synthesized(input(newer))['x-staging']
  expect(resource(stack, 'aws_lambda_permission.url_permission')).toMatchObject({
    ...onLive,
    action: 'lambda:InvokeFunction',
    principal: '*',
    invoked_via_function_url: true,
  })
})

it('tags are those of all resources of the stack', () => {
  expect(full.provider.aws[0]?.default_tags).toMatchObject([{ tags: { team: 'freight' } }])
})
