import { asUserError } from '../../base/machine-error.ts'
import { plain, quote } from '../../base/printable.ts'
import { type ErrorCode, UserError } from '../../base/user-error.ts'
import { type AwsAccess, type AwsService, endpointOf } from '../access.ts'
import { awsErrors } from '../errors.ts'
import { missingIn } from '../missing.ts'
import { boundAnswers } from './bounded.ts'
import { limitCalls } from './in-flight.ts'

const answerTimeouts = 4
// Long enough for a busy process: its timers come before what the network has for it.
const connectTimeoutMs = 10_000
// As many as the SDK's own agents have.
const mostSockets = 50

/** Where and how AWS is called. */
export type AwsSettings = {
  /** The section of environments.json that these come from: `artifacts`, or `environments.staging`. */
  readonly section: string
  readonly account: string
  readonly region: string
  /** ECR's quota for PutImage, in calls per second. */
  readonly putImagePerSecond: number
  /** How long a connection may be silent, in ms; a whole answer may take `answerTimeouts` times as long. */
  readonly timeoutMs: number
  /** The credentials, endpoints and retries that the command's environment asks for. */
  readonly access: Omit<AwsAccess, 'timeoutMs'>
}

// The largest answer is a saved plan.
const mostBytes = 256 * 1024 ** 2

/** Makes a client of an AWS service. Its calls at one time are bounded, and its answers in size and in time. */
export function makeClient<Client extends { readonly middlewareStack: unknown }, Extra extends object>(
  SdkClient: new (config: ReturnType<typeof clientConfig> & Extra) => Client,
  service: AwsService,
  settings: AwsSettings,
  extra = {} as Extra,
): Client {
  const client = new SdkClient({ ...clientConfig(settings, service), ...extra })
  return boundAnswers(limitCalls(client, mostSockets), {
    bytes: mostBytes,
    ms: answerTimeouts * settings.timeoutMs,
  })
}

/** The configuration that the clients of all AWS services share. */
export function clientConfig({ region, timeoutMs, access }: AwsSettings, service: AwsService) {
  const requestHandler = {
    connectionTimeout: connectTimeoutMs,
    socketTimeout: timeoutMs,
    ...proxyAgents(access.proxies),
  }
  const { credentials, maxAttempts, sdkFindsEndpoints } = access
  // A given endpoint would override a profile's `ignore_configured_endpoint_urls`.
  const endpoint = sdkFindsEndpoints ? undefined : endpointOf(access, service)
  return {
    region,
    requestHandler,
    ...(credentials === 'look' ? {} : { credentials: credentials === 'none' ? noCredentials : credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
  }
}

// The SDK's own agents know no proxy. Node's read these variables (Node.js, "Built-in Proxy Support").
function proxyAgents(proxyEnv: AwsSettings['access']['proxies']) {
  if (Object.keys(proxyEnv).length === 0) return {}
  // Node goes around a proxy whose address it cannot read.
  const bad = Object.entries(proxyEnv).find(([name, url]) => /^http/i.test(name) && !isProxy(url))
  if (bad !== undefined) throw new UserError(awsErrors['aws-proxy'], `${bad[0]} is not the URL of a proxy`)
  const options = { keepAlive: true, maxSockets: mostSockets, proxyEnv }
  // Unlike an import, this does not load the part of Node that is `fetch`, which takes as long to load as Node itself.
  const http = process.getBuiltinModule('node:http')
  const https = process.getBuiltinModule('node:https')
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) }
}

function isProxy(url: string): boolean {
  return url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))
}

// Under the name that the SDK's own chain gives it.
async function noCredentials(): Promise<never> {
  const error = new Error('the environment of this command holds no credentials')
  throw Object.assign(error, { name: 'CredentialsProviderError' })
}

/** What the SDK says about a failed call. */
export type AwsFailure = {
  readonly name: string
  readonly status: number | undefined
  readonly message: string
}

/** Reads an error of the SDK; it has no status if no readable answer came back. */
export function awsFailure(error: unknown): AwsFailure {
  const {
    name = 'Error',
    message = '',
    $metadata,
    $fault,
  } = error as {
    name?: string
    message?: string
    $metadata?: { httpStatusCode?: number }
    $fault?: string
  }
  // An error that AWS sent has a `$fault`. A refusal with a cut body has only a status, and no reason.
  return { name, message, status: $fault === undefined ? undefined : $metadata?.httpStatusCode }
}

/** The error for an answer with status 200 that lacks what every such answer has. */
export function incompleteAnswer(): Error {
  return new Error('the answer was incomplete')
}

/** A field that every answer has. Without it the answer was cut, and its absence must not pass for "none". */
export function required<T>(field: T | undefined): T {
  if (field === undefined) throw incompleteAnswer()
  return field
}

/**
 * Tells whether AWS certainly refused a call. After anything else (throttling, a server error, a cut connection, an
 * unreadable answer) a write may have been applied: look before you decide.
 */
export function isRefusal(error: unknown): boolean {
  const { name, status } = awsFailure(error)
  return (
    status !== undefined && status >= 300 && status < 500 && !/Throttl|TooManyRequests|SlowDown/.test(name)
  )
}

const credentials =
  /^(AuthFailure|ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired|InvalidToken|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|RequestTimeTooSkewed|CredentialsProviderError|TokenProviderError)$/
const otherRegion =
  /^(PermanentRedirect|AuthorizationHeaderMalformed|TemporaryRedirect|IllegalLocationConstraintException)$/
const denied = /^(AccessDenied|AccessDeniedException|AuthorizationErrorException|UnauthorizedOperation)$/

/** Whether AWS says that the credentials lack a right. A 403 without these words can have other causes. */
export function isDenied(error: unknown): boolean {
  return denied.test(awsFailure(error).name)
}

/** Turns a failed call into an error with problem, cause and remedy; `doing` completes "cannot …". */
export function explainAws(error: unknown, settings: AwsSettings, doing: string): UserError {
  const known = asUserError(error)
  if (known !== undefined) return known
  const failure = awsFailure(error)
  const [code, remedy] = codeFor(failure, settings)
  return new UserError(code, `cannot ${doing}`, {
    cause: plain(`${speaker(failure)}${failure.message === '' ? '' : `: ${failure.message}`}`, 500),
    remedy,
    origin: error,
  })
}

// Without a status nothing usable came back: the message is the SDK's or this machine's.
function speaker({ name, status }: AwsFailure): string {
  return status === undefined ? `no usable answer from AWS, ${name}` : `AWS says ${name}`
}

function credentialsRemedy(profile: string | undefined): string | undefined {
  if (profile === undefined) return undefined
  return `AWS_PROFILE is ${quote(profile)}: aws configure list-profiles shows the profiles of this machine, and aws sso login --profile signs in to one.`
}

function codeFor(
  { name, status, message }: AwsFailure,
  { section, account, region, access }: AwsSettings,
): [code: ErrorCode, remedy?: string | undefined] {
  const where = `cdktf/environments.json (account ${account}, region ${region})`
  if (credentials.test(name)) return [awsErrors['aws-credentials'], credentialsRemedy(access.profile)]
  if (otherRegion.test(name) || status === 301)
    return [
      awsErrors['aws-wrong-region'],
      `It is not in the region that ${section} names in ${where}: correct the region there.`,
    ]
  if (denied.test(name) || name === 'Forbidden' || status === 403) {
    const remedy = `Either these credentials lack the permission, or it does not belong to the account that ${section} names in ${where}.`
    return [awsErrors['aws-denied'], remedy]
  }
  const missing = status === undefined ? undefined : missingIn(`${name}: ${message}`)
  if (missing !== undefined)
    return [
      awsErrors['aws-not-found'],
      `${missing.remedy} Here it is ${section}: account ${account}, region ${region}.`,
    ]
  if (/^LimitExceeded/.test(name)) return [awsErrors['aws-quota']]
  if (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    !/Throttl|TooManyRequests|Timeout|Conflict/.test(name)
  )
    return [awsErrors['aws-rejected'], `Check the name above against ${where}.`]
  return [awsErrors['aws-unavailable']]
}
