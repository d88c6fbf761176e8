/** How a command reaches AWS, as its environment says; the account does not matter here. */
export type AwsAccess = {
  /** How long a connection may be silent, in ms. */
  readonly timeoutMs: number
  /** The most attempts at one call; the SDK's own default when left out. */
  readonly maxAttempts?: number
  /**
   * The credentials in the environment. `look` leaves it to the SDK, which reads profiles, roles and this process's
   * environment. `none` keeps a test that passes no credentials from using those of the person who runs it.
   */
  readonly credentials: AwsCredentials | 'look' | 'none'
  /** The endpoints that the environment names, for all of AWS's services or for some. */
  readonly endpoints: Partial<Record<AwsService | 'all', string>>
  /** The profile that the environment names. */
  readonly profile: string | undefined
  /** The variables of the environment that name proxies, such as HTTPS_PROXY and NO_PROXY. */
  readonly proxies: Environment
  /** Whether the SDK finds its endpoints itself, in this process's environment and in the profile. */
  readonly sdkFindsEndpoints: boolean
}

/** Credentials that are valid as they are. */
export type AwsCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** An AWS service, as `AWS_ENDPOINT_URL_<name>` spells it. */
export type AwsService = (typeof services)[number]

const services = [
  'CLOUDWATCH',
  'CLOUDWATCH_LOGS',
  'EC2',
  'ECR',
  'ECS',
  'ELASTIC_LOAD_BALANCING_V2',
  'IAM',
  'LAMBDA',
  'S3',
  'SCHEDULER',
  'SECRETS_MANAGER',
  'SNS',
  'STS',
] as const

type Environment = Readonly<Record<string, string>>

const proxyVariable = /^(https?|no)_proxy$/i

/** Reads it from the environment of a command; `isProcess` says whether that is the environment of this process. */
export function awsAccess(
  environment: Environment,
  { timeoutMs, isProcess }: { timeoutMs: number; isProcess: boolean },
): AwsAccess {
  const attempts = /^[1-9][0-9]*$/.exec(environment.AWS_MAX_ATTEMPTS ?? '')?.[0]
  return {
    timeoutMs,
    ...(attempts === undefined ? {} : { maxAttempts: Number(attempts) }),
    credentials: credentialsIn(environment) ?? (isProcess ? 'look' : 'none'),
    endpoints: endpointsIn(environment),
    profile: environment.AWS_PROFILE || undefined,
    proxies: Object.fromEntries(Object.entries(environment).filter(([name]) => proxyVariable.test(name))),
    sdkFindsEndpoints: isProcess,
  }
}

/** The endpoint of a service; undefined where it is AWS's own. */
export function endpointOf(
  { endpoints }: Pick<AwsAccess, 'endpoints'>,
  service: AwsService,
): string | undefined {
  return endpoints[service] ?? endpoints.all
}

/** Whether S3 URLs have the bucket in their path, for the SDK and Terraform alike: other endpoints than AWS's want that. */
export function usesPathStyle(access: Pick<AwsAccess, 'endpoints'>): boolean {
  return endpointOf(access, 'S3') !== undefined
}

// AWS SDKs and Tools Reference Guide, "Credential provider chain": a profile that is named comes before keys.
function credentialsIn(environment: Environment): AwsCredentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_PROFILE: profile,
  } = environment
  if (!accessKeyId || !secretAccessKey || profile) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function endpointsIn(environment: Environment): AwsAccess['endpoints'] {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return {}
  const named = (['all', ...services] as const).map(
    name => [name, environment[name === 'all' ? 'AWS_ENDPOINT_URL' : `AWS_ENDPOINT_URL_${name}`]] as const,
  )
  return Object.fromEntries(named.filter(([, url]) => Boolean(url)))
}
