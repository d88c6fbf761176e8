import { describe, expect, it } from 'vitest'
import { logLine } from '../../../../scripts/rollout/following/log-line.ts'
import type { Step } from '../../../../scripts/rollout/next-step.ts'
import type { Seen } from '../../../../scripts/rollout/seen.ts'
import { alarms, following, wait } from './samples.ts'

const arms =
  'failed: 3 of 750 requests (0.4 %) of the new revision, 5 of 2250 requests (0.2 %) of the verified one'

describe('a line about a rollout', () => {
  it.each<[Step, Parameters<typeof following>[1], string]>([
    [wait(), {}, `phase 2 of 4: 25 % of the traffic until 12:30 UTC; ${arms}`],
    [
      wait('a thing'),
      { alarms: alarms('ok', 'no data', 'ok') },
      `phase 2 of 4: 25 % of the traffic until 12:30 UTC; ${arms}; alarms: b: no data, 2 fine; noted: a thing`,
    ],
    [
      { step: 'shift', phase: 0, share: 5, isBegun: false },
      { phase: 'none' },
      'phase 1 of 4: 5 % of the traffic for 15m',
    ],
    [
      { step: 'shift', phase: 2, share: 50, isBegun: false },
      {},
      `phase 3 of 4: 50 % of the traffic for 1h; before, ${arms}`,
    ],
    [{ step: 'smoke' }, {}, 'the smoke check calls the new revision'],
    [{ step: 'probe', calls: 1 }, {}, 'makes up for missing traffic with 1 smoke call'],
    [{ step: 'complete', note: undefined }, {}, `all checks passed; ${arms}`],
    [{ step: 'back', why: 'the alarm a rings' }, {}, 'all traffic goes back: the alarm a rings'],
    [{ step: 'hold' }, {}, 'is held where it is'],
    [{ step: 'yield', to: 'a rollback' }, {}, 'stops for somebody else: a rollback'],
    [{ step: 'refuse', why: 'the alarm a rings' }, { phase: 'none' }, 'does not begin: the alarm a rings'],
  ])('of %j', (step, seen, text) => expect(logLine(following(step, seen)).text).toBe(text))

  const keyOf = (step: Step, seen?: Partial<Seen> & { minutes?: number; phase?: number }) =>
    logLine(following(step, seen)).key

  it('is the same as long as only requests arrive, and as the phase that a shift begins', () => {
    const { arms } = following(wait()).seen
    const later = { minutes: 20, arms: { ...arms, canary: { requests: 9000, errors: 9 } } }
    expect(keyOf(wait(), later)).toBe(keyOf(wait()))
    expect(keyOf({ step: 'shift', phase: 1, share: 25, isBegun: false }, { phase: 0 })).toBe(keyOf(wait()))
  })

  it.each<[string, string]>([
    ['the phase', keyOf(wait(), { phase: 2 })],
    ['the state of an alarm', keyOf(wait(), { alarms: alarms('no data') })],
    ['what is noted', keyOf(wait('a thing'))],
    ['the step', keyOf({ step: 'hold' })],
  ])('is another one once %s changes', (_, key) => expect(key).not.toBe(keyOf(wait())))
})
