import type { ServiceName } from '../protocol/protocol.ts'

/** One request as it was received and answered; status 0 means that no answer was sent (yet). */
export type LoggedRequest = {
  sequence: number
  service: ServiceName
  operation: string
  write: boolean
  method: string
  path: string
  account: string
  region: string
  resource: string
  requestBytes: number
  responseBytes: number
  status: number
  errorCode?: string
  fault?: string
  startedMs: number
  durationMs: number
}

/** The requests in the order in which they arrived. */
export type RequestLog = {
  begin: (
    entry: Omit<LoggedRequest, 'sequence' | 'responseBytes' | 'status' | 'startedMs' | 'durationMs'>,
  ) => LoggedRequest
  finish: (entry: LoggedRequest, outcome: { status: number; responseBytes: number }) => void
  all: () => LoggedRequest[]
  clear: () => void
}

/** Makes an empty log; `onRequest` hears of each request once it is over. */
export function createRequestLog(onRequest?: (entry: LoggedRequest) => void): RequestLog {
  let entries: LoggedRequest[] = []
  let sequence = 0
  return {
    begin: entry => {
      sequence += 1
      const logged: LoggedRequest = {
        sequence,
        ...entry,
        responseBytes: 0,
        status: 0,
        startedMs: performance.timeOrigin + performance.now(),
        durationMs: 0,
      }
      entries.push(logged)
      return logged
    },
    finish: (entry, outcome) => {
      entry.status = outcome.status
      entry.responseBytes = outcome.responseBytes
      entry.durationMs = performance.timeOrigin + performance.now() - entry.startedMs
      onRequest?.({ ...entry })
    },
    all: () => entries.map(entry => ({ ...entry })),
    clear: () => {
      entries = []
    },
  }
}
