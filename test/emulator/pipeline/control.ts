import { z } from 'zod'
import type { Measured, Metric } from '../cloudwatch/metrics.ts'
import type { AlarmState } from '../cloudwatch/state.ts'
import type { RolloutWish } from '../ecs/rollouts.ts'
import type { Answer, HttpRequest } from '../protocol/protocol.ts'
import { AwsError, answer } from '../protocol/protocol.ts'
import type { Faults } from './faults.ts'
import { faultKinds } from './faults.ts'
import type { RequestLog } from './request-log.ts'

type Owned<T> = T & { account?: string; region?: string }

/** An alarm that is to keep a state whatever its metrics say, or, without one, to follow them again. */
export type AlarmWish = Owned<{ name: string; hold?: AlarmState }>

/** A value of a metric, which may be one of AWS's own, at a time in milliseconds since the epoch. */
export type MetricWish = Owned<Metric & Measured & { value: number }>

/** What the control API can reach. */
export type Controlled = {
  log: RequestLog
  faults: Faults
  credentials: (options: { account?: string; expired?: boolean }) => Record<string, string>
  ensureCluster: (name: string, owner?: { account?: string; region?: string }) => string
  openListener: (arn: string) => Promise<string>
  setRollout: (wish: RolloutWish) => void
  advanceClock: (milliseconds: number) => void
  holdAlarm: (wish: AlarmWish) => void
  recordMetric: (wish: MetricWish) => void
}

const faultSchema = z.strictObject({
  operation: z.string().min(1),
  kind: z.enum(faultKinds),
  times: z.number().int().positive().exactOptional(),
  skip: z.number().int().nonnegative().exactOptional(),
  delayMs: z.number().nonnegative().max(600_000).exactOptional(),
  apply: z.boolean().exactOptional(),
})
const account = z.string().regex(/^\d{12}$/)
const credentialsSchema = z.strictObject({
  account: account.exactOptional(),
  expired: z.boolean().exactOptional(),
})
const ownerSchema = { account: account.exactOptional(), region: z.string().min(1).exactOptional() }
const clusterSchema = z.strictObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/), ...ownerSchema })
const rolloutSchema = z.strictObject({
  cluster: z.string().min(1),
  service: z.string().min(1),
  outcome: z.enum(['completes', 'fails', 'hangs']),
  times: z.number().int().positive().exactOptional(),
})
const listenerSchema = z.strictObject({ arn: z.string().min(1) })
const clockSchema = z.strictObject({ advanceMs: z.number().int().nonnegative() })
const alarmSchema = z.strictObject({
  name: z.string().min(1),
  hold: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).exactOptional(),
  ...ownerSchema,
})
const metricSchema = z.strictObject({
  namespace: z.string().min(1),
  name: z.string().min(1),
  dimensions: z.record(z.string(), z.string()).exactOptional(),
  value: z.number(),
  at: z.number().int().nonnegative().exactOptional(),
  count: z.number().int().positive().exactOptional(),
  ...ownerSchema,
})
const prefix = '/_emulator/'

/** Answers `/_emulator/…`, which no AWS service has; undefined for any other path. */
export async function control(request: HttpRequest, controlled: Controlled): Promise<Answer | undefined> {
  if (!request.rawPath.startsWith(prefix)) return undefined
  const address = `${request.method} ${request.rawPath.slice(prefix.length)}`
  switch (address) {
    case 'GET requests':
      return json(200, controlled.log.all())
    case 'DELETE requests':
      controlled.log.clear()
      return answer(204)
    case 'POST faults':
      return await withInput(faultSchema, request, fault => {
        controlled.faults.inject(fault)
        return json(201, fault)
      })
    case 'DELETE faults':
      controlled.faults.clear()
      return answer(204)
    case 'POST credentials':
      return await withInput(credentialsSchema, request, options =>
        json(201, controlled.credentials(options)),
      )
    case 'POST clusters':
      return await withInput(clusterSchema, request, ({ name, ...owner }) =>
        json(201, { clusterArn: controlled.ensureCluster(name, owner) }),
      )
    case 'POST listeners':
      return await withInput(listenerSchema, request, async ({ arn }) =>
        json(201, { url: await controlled.openListener(arn) }),
      )
    case 'POST rollouts':
      return await withInput(rolloutSchema, request, wish => {
        controlled.setRollout(wish)
        return json(201, wish)
      })
    case 'POST clock':
      return await withInput(clockSchema, request, ({ advanceMs }) => {
        controlled.advanceClock(advanceMs)
        return json(201, { advanceMs })
      })
    case 'POST alarms':
      return await withInput(alarmSchema, request, wish => {
        controlled.holdAlarm(wish)
        return json(201, wish)
      })
    case 'POST metrics':
      return await withInput(metricSchema, request, wish => {
        controlled.recordMetric(wish)
        return json(201, wish)
      })
    default:
      return json(404, {
        message: `The emulator (not AWS) has no ${address}; it has GET and DELETE requests, POST and DELETE faults, POST credentials, clusters, listeners, rollouts, clock, alarms and metrics`,
      })
  }
}

async function withInput<T>(
  schema: z.ZodType<T>,
  request: HttpRequest,
  act: (input: T) => Answer | Promise<Answer>,
): Promise<Answer> {
  let input: unknown
  try {
    input = JSON.parse(request.body.toString('utf8'))
  } catch (cause) {
    return json(400, { message: `The body is not JSON: ${cause instanceof Error ? cause.message : cause}` })
  }
  const result = schema.safeParse(input)
  if (!result.success) return json(400, { message: z.prettifyError(result.error) })
  try {
    return await act(result.data)
  } catch (cause) {
    if (cause instanceof AwsError) return json(cause.status, { message: cause.message })
    throw cause
  }
}

function json(status: number, value: unknown): Answer {
  return answer(status, { 'content-type': 'application/json' }, `${JSON.stringify(value, null, 2)}\n`)
}
