import { setTimeout as sleep } from 'node:timers/promises'
import type { Identity } from '../iam/identities.ts'
import { readScope } from '../iam/identities.ts'
import type { Answer, Call, GenericProblem, HttpRequest, Service, ServiceName } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import type { Fault, Faults } from './faults.ts'
import type { Quotas } from './quotas.ts'
import type { LoggedRequest, RequestLog } from './request-log.ts'
import { unknownService } from './unknown-service.ts'

/** How an answer leaves: whole, as half a body and a cut, as a cut alone, never, or without an end. */
export type Delivery = { how: 'send' | 'half' | 'cut' | 'never' | 'drip' | 'endless'; answer: Answer }

/** What stands around every operation. */
export type Pipeline = {
  services: Service[]
  log: RequestLog
  faults: Faults
  quotas: Quotas
  latencyMs: (operation: string) => number
}

type Asked = { service: Service; call: Call; request: HttpRequest; identity: Identity | AwsError }

const problems: ReadonlySet<string> = new Set<GenericProblem>([
  'throttle',
  'error500',
  'error503',
  'expired-token',
  'access-denied',
  'conflict-409',
])
const xmlServices: ReadonlySet<ServiceName> = new Set<ServiceName>([
  's3',
  'sts',
  'iam',
  'ec2',
  'elasticloadbalancing',
])
const nothing = answer(0)

/** Takes one request through log, latency, identity, quotas, faults and its operation. */
export async function serve(
  pipeline: Pipeline,
  request: HttpRequest,
  deliver: (delivery: Delivery) => Promise<number>,
): Promise<void> {
  const service = pipeline.services.find(candidate => candidate.claims(request))
  if (!service) {
    await deliver({ how: 'send', answer: unknownService(request) })
    return
  }
  const call = service.describe(request)
  const identity = identifyOrError(service, request, call)
  const entry = beginEntry(pipeline.log, { service, call, request, identity })
  const delay = pipeline.latencyMs(call.operation)
  if (delay > 0) await sleep(delay)
  const fault = pipeline.faults.take(entry)
  if (fault) entry.fault = fault.kind
  const delivery = await decide(pipeline, { service, call, request, identity }, entry, fault)
  if (fault?.action && fault.actionAt === 'after') await fault.action({ ...entry })
  if (request.method === 'HEAD') delivery.answer = { ...delivery.answer, body: Buffer.alloc(0) }
  const status = delivery.how === 'cut' || delivery.how === 'never' ? 0 : delivery.answer.status
  const sent = await deliver(delivery)
  pipeline.log.finish(entry, { status, responseBytes: sent })
}

async function decide(
  pipeline: Pipeline,
  asked: Asked,
  entry: LoggedRequest,
  fault: Fault | undefined,
): Promise<Delivery> {
  if (fault?.action && fault.actionAt !== 'after') await fault.action({ ...entry })
  if (fault?.delayMs) await sleep(fault.delayMs)
  if (fault?.kind === 'reset-before') return { how: 'cut', answer: nothing }
  if (fault?.kind === 'timeout') return { how: 'never', answer: nothing }
  return mangle(asked.service, fault, await apply(pipeline, asked, entry, fault))
}

async function apply(
  pipeline: Pipeline,
  asked: Asked,
  entry: LoggedRequest,
  fault: Fault | undefined,
): Promise<Answer> {
  const { service, call, request, identity } = asked
  try {
    if (identity instanceof AwsError) throw identity
    if (!pipeline.quotas(identity, service.name, call.operation)) throw service.problem('throttle', call)
    if (fault && problems.has(fault.kind)) throw service.problem(fault.kind as GenericProblem, call)
    if (fault && !isApplied(fault)) return nothing
    return await call.run(identity)
  } catch (cause) {
    const error = cause instanceof AwsError ? cause : internal(cause)
    entry.errorCode = error.code
    return service.fail(error, request, call)
  }
}

function identifyOrError(service: Service, request: HttpRequest, call: Call): Identity | AwsError {
  try {
    return service.identify(request, call)
  } catch (cause) {
    return cause instanceof AwsError ? cause : internal(cause)
  }
}

function isApplied(fault: Fault): boolean {
  if (fault.kind === 'error-in-200') return fault.apply ?? false
  if (fault.kind === 'empty-200') return fault.apply ?? true
  return true
}

function mangle(service: Service, fault: Fault | undefined, answered: Answer): Delivery {
  const half = answered.body.subarray(0, Math.floor(answered.body.length / 2))
  switch (fault?.kind) {
    case 'reset-after':
      return { how: 'cut', answer: answered }
    case 'timeout-after':
      return { how: 'never', answer: answered }
    case 'cut-body':
      return { how: 'half', answer: answered }
    case 'drip':
    case 'endless':
      return { how: fault.kind, answer: answered }
    case 'truncated-200':
      return { how: 'send', answer: { ...answered, body: half } }
    case 'empty-200':
      return { how: 'send', answer: answer(200, answered.headers) }
    case 'error-in-200':
      return { how: 'send', answer: errorInside(service) }
    default:
      return { how: 'send', answer: answered }
  }
}

function errorInside(service: Service): Answer {
  if (!xmlServices.has(service.name))
    return answer(200, { 'content-type': 'application/x-amz-json-1.1' }, '{}')
  const error =
    '<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>'
  return answer(
    200,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0" encoding="UTF-8"?>\n${error}`,
  )
}

function beginEntry(log: RequestLog, { service, call, request, identity }: Asked): LoggedRequest {
  const scope = readScope(request)
  const signedRegion = typeof scope === 'object' ? scope.region : ''
  return log.begin({
    service: service.name,
    operation: call.operation,
    write: call.write,
    method: request.method,
    path: request.rawPath,
    account: identity instanceof AwsError ? '' : identity.account,
    region: identity instanceof AwsError ? signedRegion : identity.region,
    resource: call.resource,
    requestBytes: request.body.length,
  })
}

function internal(cause: unknown): AwsError {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  return new AwsError('EmulatorBug', 500, `The emulator itself failed: ${text}`)
}
