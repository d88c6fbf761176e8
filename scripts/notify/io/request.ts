import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ReadableStream } from 'node:stream/web'
import { bounded } from '../../aws/io/bounded.ts'
import type { Clock } from '../../base/clock.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { afterAnswer, afterSilence, isSafeAddress, type Verdict } from '../attempts.ts'
import { notifyErrors } from '../errors.ts'

/** What requests are sent with. */
export type Sending = {
  readonly clock: Clock
  /** How long an answer may take, in ms. */
  readonly timeoutMs: number
}

/** A request to a channel. */
export type ChannelRequest = {
  readonly method: 'GET' | 'POST'
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** What a person calls the channel. Its address can be a secret, so that is in no message. */
  readonly channel: string
}

const mostBytes = 1024 ** 2

/** Sends a request, a few times if need be, and returns the text of the answer. A redirect is never followed. */
export async function sendRequest(sending: Sending, request: ChannelRequest): Promise<string> {
  const { clock } = sending
  if (!isSafeAddress(request.address))
    throw new UserError(
      notifyErrors['notice-refused'],
      `${request.channel} has an address that is not used: only https is`,
    )
  for (let attempt = 0; ; attempt++) {
    const { verdict, says, answer } = await sendOnce(sending, request, attempt)
    if (verdict.step === 'taken') return answer
    if (verdict.step !== 'again') throw notTaken(request, verdict, says)
    await clock.sleep(verdict.afterMs)
  }
}

type Once = { readonly verdict: Verdict; readonly says: string; readonly answer: string }

async function sendOnce(
  { clock, timeoutMs }: Sending,
  { method, address, headers, body }: ChannelRequest,
  attempt: number,
): Promise<Once> {
  try {
    const response = await fetch(address, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // To whoever a redirect names, a notice is none of their business, and a token even less.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer = await textOf(response, timeoutMs)
    const { status } = response
    const says =
      status >= 300 && status < 400
        ? `it answers ${status}, a redirect, which is not followed`
        : `it answers ${status}${answer === '' ? '' : `: ${plain(answer, 200)}`}`
    const head = {
      status,
      retryAfter: response.headers.get('retry-after'),
      remaining: response.headers.get('x-ratelimit-remaining'),
    }
    return { verdict: afterAnswer(head, attempt, clock.date()), says, answer }
  } catch (error) {
    return { verdict: afterSilence(attempt), says: `nothing usable came back: ${codeOf(error)}`, answer: '' }
  }
}

async function textOf({ body }: Response, ms: number): Promise<string> {
  if (body === null) return ''
  return await text(bounded(Readable.fromWeb(body as ReadableStream), { bytes: mostBytes, ms }))
}

// A message can hold the address, which is a secret.
function codeOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : (name ?? 'Error')
}

function notTaken({ channel }: ChannelRequest, verdict: Verdict, says: string): UserError {
  const code = verdict.step === 'refused' ? 'notice-refused' : 'notice-unsent'
  return new UserError(notifyErrors[code], `${channel} did not take a notice`, { cause: says })
}
