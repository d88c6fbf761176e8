import type { Recorded } from './recording-proxy.ts'
import { s3Rights } from './s3-rights.ts'

/**
 * What a request needs: an action on a resource, and the keys for conditions. Sources: the pages of CloudWatch, CloudWatch Logs, EC2, ECR, ECS, Elastic
 * Load Balancing V2, IAM, Lambda, S3, Secrets Manager and SNS in the Service Authorization Reference, "Actions, resources, and condition keys".
 */
export type Right = {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
}

type Place = { readonly account: string; readonly region: string }

/** The rights that a request to AWS needs; a request that is in no table is an error. */
export function rightsOf(request: Recorded, place: Place): Right[] {
  const [, , region = place.region, service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '')?.slice() ?? []
  const own = { ...place, region: service === 's3' ? place.region : region }
  switch (service) {
    case 's3':
      return s3Rights(request)
    case 'ecr':
      return ecrRights(request, own)
    case 'ecs':
      return ecsRights(request, own)
    case 'lambda':
      return lambdaRights(request, own)
    case 'sts':
      return stsRights(request)
    case 'iam':
      return iamRights(request, own)
    case 'monitoring':
      return cloudwatchRights(request, own)
    case 'logs':
      return logsRights(request, own)
    case 'sns':
      return snsRights(request)
    case 'secretsmanager':
      return secretRights(request)
    case 'ec2':
    case 'elasticloadbalancing':
      return describeRights(request, service)
  }
  throw unknown(request, service)
}

// Amazon CloudWatch Logs User Guide, "CloudWatch Logs permissions reference": a group with `:*`.
function logsRights(request: Recorded, { account, region }: Place): Right[] {
  const { operation, input } = jsonCall(request)
  if (operation !== 'FilterLogEvents') throw unknown(request, 'logs')
  const resource = `arn:aws:logs:${region}:${account}:log-group:${input.logGroupName}:*`
  return [{ action: 'logs:FilterLogEvents', resource }]
}

/** Of SNS, only what names a topic is called. */
function snsRights(request: Recorded): Right[] {
  const form = new URLSearchParams(request.body.toString())
  const resource = form.get('TopicArn')
  if (resource === null) throw unknown(request, 'sns')
  return [{ action: `sns:${form.get('Action')}`, resource }]
}

/** Of Secrets Manager, only what names a secret by its ARN is called. */
function secretRights(request: Recorded): Right[] {
  const { operation, input } = jsonCall(request)
  const { SecretId } = input
  if (typeof SecretId !== 'string' || !SecretId.startsWith('arn:')) throw unknown(request, 'secretsmanager')
  return [{ action: `secretsmanager:${operation}`, resource: SecretId }]
}

function unknown({ method, path, headers }: Recorded, service: string): Error {
  return new Error(`no table has ${service} ${method} ${path} ${headers['x-amz-target'] ?? ''}`)
}

function jsonCall({ headers, body }: Recorded): { operation: string; input: Record<string, unknown> } {
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? ''
  return { operation, input: JSON.parse(body.toString()) }
}

const ecrOperations = [
  'BatchGetImage',
  'DescribeImages',
  'GetLifecyclePolicy',
  'ListImageReferrers',
  'ListImages',
  'PutImage',
]

function ecrRights(request: Recorded, { account, region }: Place): Right[] {
  const { operation, input } = jsonCall(request)
  const repository = (name: unknown) => `arn:aws:ecr:${region}:${account}:repository/${name}`
  if (operation === 'GetAuthorizationToken') return [{ action: 'ecr:GetAuthorizationToken', resource: '*' }]
  if (operation === 'DescribeRepositories') {
    const names = (input.repositoryNames as string[] | undefined) ?? ['*']
    return names.map(name => ({ action: 'ecr:DescribeRepositories', resource: repository(name) }))
  }
  if (!ecrOperations.includes(operation)) throw unknown(request, 'ecr')
  // Amazon ECR API reference, ListImageReferrers: it needs the right to get an image, and is no action of its own.
  const action = operation === 'ListImageReferrers' ? 'BatchGetImage' : operation
  return [{ action: `ecr:${action}`, resource: repository(input.repositoryName) }]
}

function ecsRights(request: Recorded, { account, region }: Place): Right[] {
  const { operation, input } = jsonCall(request)
  const arn = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`
  const service = (name: unknown) => ({
    action: `ecs:${operation}`,
    resource: arn(`service/${input.cluster}/${name}`),
  })
  const onArn = (resource: string) => ({ action: `ecs:${operation}`, resource })
  switch (operation) {
    case 'DescribeClusters':
      return (input.clusters as string[]).map(name => {
        return { action: 'ecs:DescribeClusters', resource: arn(`cluster/${name}`) }
      })
    case 'DescribeServices':
      return (input.services as string[]).map(service)
    case 'ListServiceDeployments':
    case 'UpdateService':
      return [service(input.service)]
    case 'DescribeServiceRevisions':
      return (input.serviceRevisionArns as string[]).map(onArn)
    case 'DescribeServiceDeployments':
      return (input.serviceDeploymentArns as string[]).map(onArn)
    case 'ContinueServiceDeployment':
    case 'StopServiceDeployment':
      return [onArn(input.serviceDeploymentArn as string)]
    case 'DescribeTasks':
      return (input.tasks as string[]).map(onArn)
    case 'ListTasks': {
      const context = { 'ecs:cluster': arn(`cluster/${input.cluster}`) }
      return [{ action: 'ecs:ListTasks', resource: '*', context }]
    }
  }
  throw unknown(request, 'ecs')
}

const functionCalls: Readonly<Record<string, string>> = {
  'GET ': 'GetFunction',
  'DELETE ': 'DeleteFunction',
  'GET aliases': 'GetAlias',
  'PUT aliases': 'UpdateAlias',
  'POST versions': 'PublishVersion',
  'POST invocations': 'InvokeFunction',
}

const lists: Readonly<Record<string, string>> = {
  aliases: 'ListAliases',
  versions: 'ListVersionsByFunction',
}

function lambdaRights(request: Recorded, { account, region }: Place): Right[] {
  const { pathname, searchParams } = new URL(request.path, 'http://lambda')
  const [, name, part = ''] =
    /^\/2015-03-31\/functions\/([^/]+)(?:\/([^/]+)(?:\/[^/]+)?)?$/.exec(pathname) ?? []
  const list = lists[pathname.split('/').slice(4).join('/')]
  const action = request.method === 'GET' && list ? list : functionCalls[`${request.method} ${part}`]
  if (name === undefined || action === undefined) throw unknown(request, 'lambda')
  const version = searchParams.get('Qualifier')
  const resource = `arn:aws:lambda:${region}:${account}:function:${name}${version === null ? '' : `:${version}`}`
  return [{ action: `lambda:${action}`, resource }]
}

function cloudwatchRights(request: Recorded, { account, region }: Place): Right[] {
  const { operation, input } = jsonCall(request)
  const action = `cloudwatch:${operation}`
  if (operation === 'GetMetricData') return [{ action, resource: '*' }]
  if (operation === 'DescribeAlarmHistory')
    return [{ action, resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${input.AlarmName}` }]
  if (operation !== 'DescribeAlarms') throw unknown(request, 'cloudwatch')
  const names = (input.AlarmNames as string[] | undefined) ?? ['*']
  return names.map(name => ({ action, resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` }))
}

function queryCall({ body }: Recorded): { operation: string; input: URLSearchParams } {
  const input = new URLSearchParams(body.toString())
  return { operation: input.get('Action') ?? '', input }
}

// AWS STS API reference, GetCallerIdentity: "No permissions are required".
function stsRights(request: Recorded): Right[] {
  if (queryCall(request).operation === 'GetCallerIdentity') return []
  throw unknown(request, 'sts')
}

function iamRights(request: Recorded, { account }: Place): Right[] {
  const { operation, input } = queryCall(request)
  const action = `iam:${operation}`
  if (operation === 'GetPolicy') return [{ action, resource: input.get('PolicyArn') ?? '' }]
  if (operation !== 'GetRole') throw unknown(request, 'iam')
  return [{ action, resource: `arn:aws:iam::${account}:role/${input.get('RoleName')}` }]
}

/** Calls that describe networks and load balancers, for which AWS knows no resource. */
function describeRights(request: Recorded, service: 'ec2' | 'elasticloadbalancing'): Right[] {
  const { operation } = queryCall(request)
  if (!operation.startsWith('Describe')) throw unknown(request, service)
  return [{ action: `${service}:${operation}`, resource: '*' }]
}

const registry: readonly (readonly [method: RegExp, path: RegExp, action: string])[] = [
  [/^(GET|HEAD)$/, /\/manifests\//, 'BatchGetImage'],
  [/^PUT$/, /\/manifests\//, 'PutImage'],
  [/^HEAD$/, /\/blobs\/sha256:/, 'BatchCheckLayerAvailability'],
  [/^GET$/, /\/blobs\/sha256:/, 'GetDownloadUrlForLayer'],
  [/^POST$/, /\/blobs\/uploads\//, 'InitiateLayerUpload'],
  [/^PATCH$/, /\/blobs\/uploads\//, 'UploadLayerPart'],
  [/^PUT$/, /\/blobs\/uploads\//, 'CompleteLayerUpload'],
]

/** The rights that a request to the registry API needs (Amazon ECR user guide, "IAM permissions for pushing an image"). */
export function registryRights(
  { method, path, requestBytes }: { method: string; path: string; requestBytes: number },
  { account, region }: Place,
): Right[] {
  if (/^\/v2\/?$/.test(path)) return []
  const [, repository] = /^\/v2\/(.+?)\/(?:manifests|blobs)\//.exec(path) ?? []
  const found = registry.find(([methods, paths]) => methods.test(method) && paths.test(path))
  if (repository === undefined || found === undefined) throw new Error(`no table has ${method} ${path}`)
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`
  // A layer sent in one request is uploaded by the request that completes it.
  const whole = found[2] === 'CompleteLayerUpload' && requestBytes > 0 ? ['UploadLayerPart'] : []
  return [found[2], ...whole].map(action => ({ action: `ecr:${action}`, resource }))
}
