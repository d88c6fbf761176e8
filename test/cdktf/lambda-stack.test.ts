import { expect, it } from 'vitest'
import { environments, pinned, sampleServices, services } from './catalogue.ts'
import { addresses, resource, type Stack, statements, synthesized } from './synthesized.ts'

const samples = synthesized(pinned(sampleServices()))

/** The staging stack of a Lambda function from a zip with some settings. */
function zipStack(settings: object, more: Parameters<typeof environments>[0] = () => {}): Stack {
  const all = services({ x: { kind: 'lambda-zip', settings } })
  return synthesized(pinned(all, environments(more)))['x-staging'] as Stack
}

it.each(['service-b-staging', 'service-c-staging'])('%s matches the snapshot', id => {
  expect(samples[id]).toMatchSnapshot()
})

it('a Lambda stack has a function, two aliases, a role, a log and three alarms, with plain names', () => {
  expect(addresses(samples['service-b-staging'])).toEqual([
    'aws_cloudwatch_log_group.log',
    'aws_cloudwatch_metric_alarm.errors',
    'aws_cloudwatch_metric_alarm.latency',
    'aws_cloudwatch_metric_alarm.throttles',
    'aws_iam_role.role',
    'aws_iam_role_policy.role_policy',
    'aws_lambda_alias.live',
    'aws_lambda_alias.stable',
    'aws_lambda_function.function',
  ])
})

it('names a zip by its release and its SHA-256 in base64', () => {
  expect(resource(samples['service-b-prod'], 'aws_lambda_function.function')).toMatchObject({
    function_name: 'service-b-prod',
    package_type: 'Zip',
    s3_bucket: 'waybill-artifacts-111111111111',
    s3_key: 'releases/service-b-v1.1.0.zip',
    source_code_hash: Buffer.from('5'.repeat(64), 'hex').toString('base64'),
    publish: true,
    description: 'service-b-v1.1.0',
    environment: { variables: { RELEASE: 'service-b-v1.1.0', COMMIT: 'c'.repeat(40) } },
  })
})

it('names an image by its release in the registry of the artifact account', () => {
  const made = resource(samples['service-c-prod'], 'aws_lambda_function.function')
  expect(made).toMatchObject({
    package_type: 'Image',
    image_uri: '111111111111.dkr.ecr.eu-central-1.amazonaws.com/service-c-image:service-c-v1.1.0',
    architectures: ['x86_64'],
    reserved_concurrent_executions: 20,
  })
  expect(made).not.toHaveProperty('handler')
})

it('Terraform ignores exactly what the rollout moves', () => {
  for (const name of ['live', 'stable']) {
    expect(resource(samples['service-b-prod'], `aws_lambda_alias.${name}`)).toMatchObject({
      name: name === 'live' ? 'PROD' : 'PROD_STABLE',
      lifecycle: {
        ignore_changes: ['function_version', 'routing_config', ...(name === 'stable' ? ['description'] : [])],
      },
    })
  }
  expect(resource(samples['service-b-prod'], 'aws_lambda_function.function')).not.toHaveProperty('lifecycle')
})

it('outputs what was applied, for the rollout', () => {
  expect(samples['service-b-prod']?.output).toMatchObject({
    applied: {
      value: {
        kind: 'lambda-zip',
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of Terraform
        functionName: '${aws_lambda_function.function.function_name}',
        revision: '${aws_lambda_function.function.version}',
        live: '${aws_lambda_alias.live.name}',
        stable: '${aws_lambda_alias.stable.name}',
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of Terraform
        tag: 'service-b-v1.1.0',
      },
    },
  })
})

it('no alias, alarm, role or tag has the release, since they would change before the traffic', () => {
  const { output: _, ...rest } = samples['service-b-prod'] as Stack
  const { aws_lambda_function: __, ...others } = rest.resource
  expect(JSON.stringify({ ...rest, resource: others })).not.toContain('1.1.0')
})

it('the alarms watch calls through the alias', () => {
  const alarms = Object.values(samples['service-b-prod']?.resource.aws_cloudwatch_metric_alarm ?? {})
  expect(alarms).toHaveLength(3)
  for (const alarm of alarms)
    expect(alarm).toMatchObject({
      dimensions: { FunctionName: 'service-b-prod', Resource: 'service-b-prod:PROD' },
      treat_missing_data: 'notBreaching',
    })
})

it('the latency alarm goes off at 80 % of the timeout by default', () => {
  const threshold = (settings: object) =>
    resource(zipStack(settings), 'aws_cloudwatch_metric_alarm.latency').threshold
  expect(threshold({ timeout: 10 })).toBe(8000)
  expect(threshold({ timeout: 10, alarms: { latencyMs: 250 } })).toBe(250)
})

it('a Lambda function may only write its own log unless its service.json allows more', () => {
  expect(statements(resource(zipStack({}), 'aws_iam_role_policy.role_policy'))).toEqual([
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: ['arn:aws:logs:eu-central-1:222222222222:log-group:/aws/lambda/x-staging:*'],
    },
  ])
})

const parameter = 'arn:aws:ssm:eu-central-1:222222222222:parameter/x/key'
const secret = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:x-AbCdEf'

it('a Lambda function gets the ARN of a secret and the right to read exactly that one', () => {
  const stack = zipStack({ secrets: { KEY: parameter, TOKEN: secret }, variables: { LEVEL: 'info' } })
  expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({
    environment: { variables: { KEY: parameter, TOKEN: secret, LEVEL: 'info' } },
  })
  expect(statements(resource(stack, 'aws_iam_role_policy.role_policy')).slice(1)).toEqual([
    { Effect: 'Allow', Action: ['ssm:GetParameter', 'ssm:GetParameters'], Resource: [parameter] },
    { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [secret] },
  ])
})

it('only a Lambda function with inNetwork gets a network and the rights for it, each by name', () => {
  const stack = zipStack({ inNetwork: true })
  expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({
    vpc_config: {
      subnet_ids: ['subnet-2222222222222222a', 'subnet-2222222222222222b'],
      security_group_ids: ['sg-22222222222222222'],
    },
  })
  const rights = statements(resource(stack, 'aws_iam_role_policy.role_policy'))
  const wide = rights.filter(({ Resource }) => (Resource as string[]).includes('*'))
  expect(wide).toHaveLength(1)
  for (const action of wide.flatMap(({ Action }) => Action)) expect(action).toMatch(/^ec2:[A-Z][A-Za-z]+$/)
  expect(resource(zipStack({}), 'aws_lambda_function.function')).not.toHaveProperty('vpc_config')
})

it('keeps text that looks like a Terraform template literal', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the point
  const text = '${file("/etc/passwd")} %{ if true }'
  const stack = zipStack({ variables: { TEXT: text } })
  expect(resource(stack, 'aws_lambda_function.function')).toMatchObject({
    environment: { variables: { TEXT: text.replace('$', '$$$$').replace('%', '%%') } },
  })
})

it('other partitions have their own ARNs and registry', () => {
  const china = environments(json => {
    json.artifacts.region = 'cn-north-1'
    json.environments = { staging: { account: '222222222222', region: 'cn-north-1' } }
  })
  const stacks = synthesized(pinned(services({ x: { kind: 'lambda-image' } }), china))
  expect(resource(stacks['x-staging'], 'aws_lambda_function.function').image_uri).toBe(
    '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/x-image:x-v1.1.0',
  )
  expect(JSON.stringify(stacks)).not.toContain('arn:aws:')
})
