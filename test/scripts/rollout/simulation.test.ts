import { describe, expect, it } from 'vitest'
import { detections } from '../../../scripts/rollout/detection.ts'
import { type Arms, judge, levelsOf, lookSeconds } from '../../../scripts/rollout/judge.ts'
import type { Sample } from '../../../scripts/rollout/statistics.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import { parseStrategy } from '../../../scripts/strategy/parse-strategy.ts'
import type { Phases } from '../../../scripts/strategy/phases.ts'
import { everything } from '../../support/sample.ts'
import { both, seeded, served } from './seeded.ts'

const criteria = criteriaSchema.parse({})
const none = { requests: 0, errors: 0 }

type World = { readonly perMinute: number; readonly canary: number; readonly stable: number }

/** Whether a phase sends the new revision back, seen as often as a rollout may look, and what both arms had at its end. */
function runPhase(phases: Phases, at: number, world: World, earlier: Sample, random: () => number) {
  const { share, minutes } = phases[at] as Phases[0]
  const levels = levelsOf(phases, at)
  const looks = (minutes * 60) / lookSeconds
  const perLook = (world.perMinute * lookSeconds) / 60
  let arms: Arms = { canary: none, stable: none, earlier, probed: 0 }
  let requests = 0
  for (let look = 1; look <= looks; look++) {
    const arrived = Math.round(look * perLook) - requests
    requests += arrived
    // An alias decides for each request, so its share is a matter of chance.
    const toCanary = served(arrived, share / 100, random).errors
    arms = {
      ...arms,
      canary: both(arms.canary, served(toCanary, world.canary, random)),
      stable: both(arms.stable, served(arrived - toCanary, world.stable, random)),
    }
    const { verdict } = judge(arms, criteria, levels, look === looks ? 'end' : 'during')
    if (verdict === 'critical' || verdict === 'sustained') return { isBack: true, arms }
  }
  return { isBack: false, arms }
}

/** Whether a whole rollout goes back. */
function runRollout(phases: Phases, world: World, random: () => number): boolean {
  let earlier = none
  return phases.some((_, at) => {
    const { isBack, arms } = runPhase(phases, at, world, earlier, random)
    earlier = both(earlier, arms.stable)
    return isBack
  })
}

function share(runs: number, act: () => boolean): number {
  let hits = 0
  for (let run = 0; run < runs; run++) if (act()) hits++
  return hits / runs
}

/** What a share of runs may be where its expectation is a limit: three standard deviations of chance. */
function chance(limit: number, runs: number): number {
  return 3 * Math.sqrt((limit * (1 - limit)) / runs)
}

/** What the old version served before a phase: in the hour before the first one, or in that one. */
function earlierRequests([first]: Phases, phase: number, perMinute: number): number {
  return phase === 1 ? 60 * perMinute : (first.minutes * perMinute * (100 - first.share)) / 100
}

function phases(text: string): Phases {
  const parsed = parseStrategy(text)
  if ('faults' in parsed) throw new TypeError(parsed.faults.join('\n'))
  return parsed.phases
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const uneven = '5%/15m, 25%/30m, 50%/1h, 100%/10m'

describe('two arms that fail alike', () => {
  const runs = everything ? 10_000 : 100
  it.each(
    [uneven, 'Canary10Percent5Minutes', 'Linear10PercentEvery3Minutes'].flatMap(strategy =>
      [0, 0.005, 0.02, 0.05, 0.1, 0.2].map(rate => [strategy, rate] as const),
    ),
  )(
    'go back in few rollouts: %s, a rate of %d',
    (strategy, rate) => {
      const random = seeded(1)
      const world = { perMinute: 40, canary: rate, stable: rate }
      const back = share(runs, () => runRollout(phases(strategy), world, random))
      say(
        `${strategy}: with ${rate * 100} % errors on both arms, ${(back * 100).toFixed(3)} % of ${runs} go back`,
      )
      expect(back).toBeLessThanOrEqual(0.005 + (everything ? 0 : chance(0.005, runs)))
    },
    everything ? 600_000 : 10_000,
  )
})

describe('5 % errors against 0.5 %', () => {
  const runs = everything ? 20_000 : 500
  it('are detected by 300 requests of a phase of 5 % in at least 98 % of rollouts', () => {
    const random = seeded(2)
    // 15 minutes of 400 requests, of which 5 % are 300.
    const world = { perMinute: 400, canary: 0.05, stable: 0.005 }
    const found = share(runs, () => runPhase(phases(uneven), 0, world, none, random).isBack)
    say(
      `5 % errors against 0.5 % are detected by 300 requests in ${(found * 100).toFixed(2)} % of ${runs} rollouts`,
    )
    expect(found).toBeGreaterThanOrEqual(0.98 - (everything ? 0 : chance(0.02, runs)))
  }, 600_000)
})

describe('the printed detection limits', () => {
  const runs = everything ? 4000 : 300
  const strategies = [uneven, 'Canary10Percent10Minutes']
  const traffic = everything ? [20, 100, 400] : [100]
  const cases = strategies.flatMap(strategy => traffic.map(perMinute => [strategy, perMinute] as const))
  it.each(cases)(
    'are within a tenth of simulated ones: %s, %d requests a minute',
    (strategy, perMinute) => {
      const random = seeded(3)
      const errorRate = 0.005
      const all = phases(strategy)
      const expected = detections(all, criteria, { requestsPerMinute: perMinute, errorRate })
      for (const { phase, detects } of expected.slice(0, 2)) {
        const found = (rate: number) =>
          share(runs, () => {
            const world = { perMinute, canary: rate, stable: errorRate }
            const earlier = served(earlierRequests(all, phase, perMinute), errorRate, random)
            return runPhase(all, phase - 1, world, earlier, random).isBack
          })
        const limit = detects ?? Number.NaN
        const [above, below] = [found(limit * 1.1), found(limit * 0.9)]
        const rates = [limit * 0.9, limit, limit * 1.1].map(rate => `${(rate * 100).toFixed(1)} %`)
        say(
          `${strategy}, ${perMinute} a minute, phase ${phase}: limit ${rates[1]}; ${rates[0]} found in ${(below * 100).toFixed(1)} %, ${rates[2]} in ${(above * 100).toFixed(1)} %`,
        )
        expect(above).toBeGreaterThanOrEqual(0.95 - (everything ? 0 : chance(0.05, runs)))
        expect(below).toBeLessThanOrEqual(0.95 + (everything ? 0 : chance(0.05, runs)))
      }
    },
    600_000,
  )
})
