import type { Following } from '../../../../scripts/rollout/following/following.ts'
import type { Step } from '../../../../scripts/rollout/next-step.ts'
import type { Alarm, Seen } from '../../../../scripts/rollout/seen.ts'
import { criteriaSchema } from '../../../../scripts/strategy/criteria.ts'
import { phasesIn } from '../../../../scripts/strategy/parse-strategy.ts'

const begin = Date.parse('2026-01-02T12:00:00Z')

/** A time in minutes after a phase began. */
const after = (minutes: number) => new Date(begin + minutes * 60_000)

/** A rollout in its second phase of four, as it is seen some minutes after that began. */
export function following(
  step: Step,
  { minutes = 4, phase = 1, ...more }: Partial<Seen> & Where = {},
): Following {
  const seen: Seen = {
    phases: phasesIn('5%/15m, 25%/30m, 50%/1h, 100%/10m'),
    criteria: criteriaSchema.parse({}),
    claim: {
      by: 'us',
      begun: phase === 'none' ? undefined : { phase, at: after(0) },
      hold: undefined,
    },
    traffic: { state: 'at rest', share: 25 },
    arrived: true,
    alarms: [],
    arms: {
      canary: { requests: 750, errors: 3 },
      stable: { requests: 2250, errors: 5 },
      earlier: { requests: 0, errors: 0 },
      probed: 0,
    },
    smoke: { state: 'none' },
    withdrawn: undefined,
    stop: undefined,
    now: after(minutes),
    ...more,
  }
  return { seen, step }
}

type Where = { readonly minutes?: number; readonly phase?: number | 'none' }

/** The step of a phase that lasts 30 minutes. */
export const wait = (note?: string): Step => ({ step: 'wait', until: after(30), note })

/** Alarms in these states, called `a`, `b` and so on. */
export const alarms = (...states: Alarm['state'][]): Alarm[] =>
  states.map((state, index) => ({ name: 'abc'[index] ?? '', state }))
