import type { LoggedRequest } from './request-log.ts'

/** Every kind of fault, as a value, so that outside input can be checked against it. */
export const faultKinds = [
  'throttle',
  'error500',
  'error503',
  'conflict-409',
  'expired-token',
  'access-denied',
  'reset-before',
  'reset-after',
  'timeout',
  'timeout-after',
  'cut-body',
  'truncated-200',
  'error-in-200',
  'empty-200',
  'drip',
  'endless',
  'delay',
] as const

/**
 * What goes wrong:
 * - `throttle`, `error500`, `error503`, `conflict-409`, `expired-token`, `access-denied`: that error, nothing applied
 * - `reset-before`, `timeout`: the connection is cut, or never answered; nothing applied
 * - `reset-after`, `timeout-after`: the same after the write was applied
 * - `cut-body`: applied; headers and half of the body, then the connection is cut
 * - `truncated-200`: applied; half of the body in a well-formed HTTP answer
 * - `error-in-200`: nothing applied; status 200 with an error (XML) or an empty object (JSON) as the body
 * - `empty-200`: applied; status 200 with no body
 * - `drip`, `endless`: applied; after the body come spaces without end, one now and then or as fast as they are read
 * - `delay`: applied and answered as usual, later
 */
export type FaultKind = (typeof faultKinds)[number]

/** A fault and the requests that it strikes. */
export type Fault = {
  operation: string | ((request: LoggedRequest) => boolean)
  kind: FaultKind
  /** How many requests it strikes; default: all. */
  times?: number
  /** How many matching requests pass first. */
  skip?: number
  delayMs?: number
  /** Overrides whether the request is applied, for `error-in-200` and `empty-200`. */
  apply?: boolean
  /** Runs at that moment, before the answer is made; the request waits for it. */
  action?: (request: LoggedRequest) => Promise<void> | void
  /** Whether `action` runs before the request is applied (default) or after it, before the answer is sent. */
  actionAt?: 'before' | 'after'
}

/** The faults in force. */
export type Faults = {
  inject: (fault: Fault) => () => void
  clear: () => void
  /** The first fault that strikes this request; counts it. */
  take: (request: LoggedRequest) => Fault | undefined
}

/** Makes an empty set of faults. */
export function createFaults(): Faults {
  let active: { fault: Fault; seen: number; struck: number }[] = []
  return {
    inject: fault => {
      const entry = { fault, seen: 0, struck: 0 }
      active.push(entry)
      return () => {
        active = active.filter(other => other !== entry)
      }
    },
    clear: () => {
      active = []
    },
    take: request => {
      for (const entry of active) {
        if (!matches(entry.fault, request)) continue
        if (entry.struck >= (entry.fault.times ?? Number.POSITIVE_INFINITY)) continue
        entry.seen += 1
        if (entry.seen <= (entry.fault.skip ?? 0)) continue
        entry.struck += 1
        return entry.fault
      }
      return undefined
    },
  }
}

function matches(fault: Fault, request: LoggedRequest): boolean {
  if (typeof fault.operation === 'function') return fault.operation(request)
  return fault.operation === '*' || fault.operation === request.operation
}
