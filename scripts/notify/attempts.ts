/** What an answer to a request means: taken, to be asked again after some ms, or refused. */
export type Verdict =
  | { readonly step: 'taken' | 'refused' }
  | { readonly step: 'again'; readonly afterMs: number }
  | { readonly step: 'later'; readonly afterMs: number }

/** The part of an answer that decides. */
export type AnswerHead = {
  readonly status: number
  readonly retryAfter: string | null
  /** GitHub's own header; `0` where no request is left. */
  readonly remaining: string | null
}

// How often a request is sent at most.
const mostAttempts = 3
// A command waits for its notices; what is asked to wait longer is sent by make reconcile.
const longestPauseMs = 15_000
const firstPauseMs = 500

/** Decides after an answer to an attempt, counted from 0; `now` is when it came. */
export function afterAnswer(answer: AnswerHead, attempt: number, now: Date): Verdict {
  const { status } = answer
  if (status >= 200 && status < 300) return { step: 'taken' }
  if (!isPassing(answer)) return { step: 'refused' }
  return pause(waitIn(answer.retryAfter, now), attempt)
}

/** Decides after an attempt that no usable answer came to. */
export function afterSilence(attempt: number): Verdict {
  return pause(undefined, attempt)
}

// GitHub answers 403 to one that asks too often (GitHub Docs, "Rate limits for the REST API").
function isPassing({ status, retryAfter, remaining }: AnswerHead): boolean {
  if (status === 403) return retryAfter !== null || remaining === '0'
  return status === 408 || status === 429 || status >= 500
}

function pause(asked: number | undefined, attempt: number): Verdict {
  const afterMs = asked ?? firstPauseMs * 4 ** attempt
  return attempt + 1 < mostAttempts && afterMs <= longestPauseMs
    ? { step: 'again', afterMs }
    : { step: 'later', afterMs }
}

/** How long an answer asks to wait, in ms: seconds, or a date (RFC 9110, "Retry-After"). */
function waitIn(retryAfter: string | null, now: Date): number | undefined {
  if (retryAfter === null) return undefined
  if (/^[0-9]{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const at = Date.parse(retryAfter)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}

/** Whether an address may be sent to: https only; plain http only to this machine. */
export function isSafeAddress(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(host)
}
