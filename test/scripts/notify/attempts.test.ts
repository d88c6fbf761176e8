import { describe, expect, it } from 'vitest'
import { afterAnswer, afterSilence, isSafeAddress } from '../../../scripts/notify/attempts.ts'

const now = new Date('2026-01-02T03:04:05Z')
const verdictOn = (
  status: number,
  attempt = 0,
  retryAfter: string | null = null,
  remaining: string | null = null,
) => afterAnswer({ status, retryAfter, remaining }, attempt, now)

describe('after an answer', () => {
  it.each([200, 201, 204])('%d is the end', status => expect(verdictOn(status)).toEqual({ step: 'taken' }))

  it.each([301, 302, 307, 308, 400, 401, 403, 404, 410, 422])('%d is never asked again', status =>
    expect(verdictOn(status)).toEqual({ step: 'refused' }),
  )

  it.each([408, 429, 500, 502, 503, 504])('%d is asked again, twice', status => {
    expect([0, 1, 2].map(attempt => verdictOn(status, attempt))).toEqual([
      { step: 'again', afterMs: 500 },
      { step: 'again', afterMs: 2000 },
      { step: 'later', afterMs: 8000 },
    ])
  })

  it('is waited for as it asks: in seconds, or until a time', () => {
    expect(verdictOn(429, 0, '7')).toEqual({ step: 'again', afterMs: 7000 })
    expect(verdictOn(503, 0, 'Fri, 02 Jan 2026 03:04:09 GMT')).toEqual({ step: 'again', afterMs: 4000 })
    expect(verdictOn(503, 0, 'Fri, 02 Jan 2026 03:00:00 GMT')).toEqual({ step: 'again', afterMs: 0 })
    expect(verdictOn(503, 0, 'soon')).toEqual({ step: 'again', afterMs: 500 })
  })

  it('is left to another run where it asks to wait longer than a command would', () => {
    expect(verdictOn(429, 0, '60')).toEqual({ step: 'later', afterMs: 60_000 })
  })

  it("takes GitHub's 403 for a limit only where a header says so", () => {
    expect(verdictOn(403, 0, '1')).toEqual({ step: 'again', afterMs: 1000 })
    expect(verdictOn(403, 0, null, '0')).toEqual({ step: 'again', afterMs: 500 })
    expect(verdictOn(403, 0, null, '12')).toEqual({ step: 'refused' })
  })

  it('none is asked again as well', () => {
    expect(afterSilence(0)).toEqual({ step: 'again', afterMs: 500 })
    expect(afterSilence(2)).toEqual({ step: 'later', afterMs: 8000 })
  })
})

it.each([
  ['https://hooks.slack.com/services/T/B/x', true],
  ['http://127.0.0.1:8080/hook', true],
  ['http://[::1]:8080/hook', true],
  ['http://localhost/hook', true],
  ['http://hooks.slack.com/services', false],
  ['http://127.0.0.1.example.com/', false],
  ['https://user:secret@example.com/', false],
  ['ftp://example.com/', false],
  ['file:///etc/passwd', false],
  ['hooks.slack.com', false],
])('%s is sent to: %s', (address, is) => expect(isSafeAddress(address)).toBe(is))
