/** How AWS is reached, whoever's account it is: what the environment of a command says about it. */
export type AwsAccess = {
  /** How long a connection may be silent, in ms. */
  readonly timeoutMs: number
  /** How often a call is made at most; the SDK's own number when it is left out. */
  readonly maxAttempts?: number
  /**
   * The credentials that the environment holds. `look` leaves it to the SDK, which reads profiles, roles and this
   * process's own environment; `none` is what a test gets that gives none, so that it never acts as the person who
   * runs it.
   */
  readonly credentials: AwsCredentials | 'look' | 'none'
  /** Another endpoint than AWS's own, for all of its services or for some. */
  readonly endpoints: Partial<Record<AwsService | 'all', string>>
}

/** Credentials that are valid as they are. */
export type AwsCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A service of AWS, by the name that `AWS_ENDPOINT_URL_<name>` has it under. */
export type AwsService = 'ECR' | 'ECS' | 'LAMBDA' | 'S3' | 'STS' | 'CLOUDWATCH'

const services: readonly AwsService[] = ['ECR', 'ECS', 'LAMBDA', 'S3', 'STS', 'CLOUDWATCH']

type Environment = Readonly<Record<string, string>>

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
  }
}

/** The endpoint of a service; undefined where it is AWS's own. */
export function endpointOf(
  { endpoints }: Pick<AwsAccess, 'endpoints'>,
  service: AwsService,
): string | undefined {
  return endpoints[service] ?? endpoints.all
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
