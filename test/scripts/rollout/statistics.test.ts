import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceOfAsMany, chanceOfAtMost } from '../../../scripts/rollout/statistics.ts'

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n
  let product = 1n
  for (let at = 1; at <= k; at++) product = (product * BigInt(n - k + at)) / BigInt(at)
  return product
}

function ratio(a: bigint, b: bigint): number {
  return Number((a * 10n ** 18n) / b) / 1e18
}

describe('the chance of as many errors', () => {
  it("is that of Fisher's lady tasting tea", () => {
    expect(chanceOfAsMany({ requests: 4, errors: 3 }, { requests: 4, errors: 1 })).toBeCloseTo(17 / 70, 12)
    expect(chanceOfAsMany({ requests: 4, errors: 4 }, { requests: 4, errors: 0 })).toBeCloseTo(1 / 70, 12)
  })

  it('is what counting all cases gives', () => {
    const sample = fc
      .tuple(fc.nat(60), fc.nat(60))
      .map(([requests, errors]) => ({ requests, errors: Math.min(requests, errors) }))
    fc.assert(
      fc.property(sample, sample, (arm, other) => {
        const [all, bad] = [arm.requests + other.requests, arm.errors + other.errors]
        let ways = 0n
        for (let errors = arm.errors; errors <= arm.requests; errors++)
          ways += choose(bad, errors) * choose(all - bad, arm.requests - errors)
        expect(chanceOfAsMany(arm, other)).toBeCloseTo(ratio(ways, choose(all, arm.requests)), 10)
      }),
    )
  })

  it('stays exact for the traffic of a week', () => {
    const arm = { requests: 5_000_000, errors: 25_000 }
    const other = { requests: 95_000_000, errors: 475_000 }
    // Both arms fail alike, so it is half, plus half of the chance of exactly the mean, less what the skewness takes.
    const deviation = Math.sqrt(500_000 * 0.05 * 0.95 * 0.995)
    const skewness = (0.9 * 0.99) / deviation
    const expected = 0.5 + (0.5 / deviation - skewness / 6) / Math.sqrt(2 * Math.PI)
    expect(chanceOfAsMany(arm, other)).toBeCloseTo(expected, 5)
  })
})

describe('the chance of at most so many errors', () => {
  it.each([
    [10, 0, 0.5, 1 / 1024],
    [10, 10, 0.5, 1],
    [300, 7, 0.05, 0.016],
    [0, 0, 0.5, 1],
    [5, -1, 0.5, 0],
    [5, 4, 1, 0],
    [5, 0, 0, 1],
  ])('of %d requests, %d at a rate of %d, is %d', (requests, errors, rate, chance) =>
    expect(chanceOfAtMost({ requests, errors }, rate)).toBeCloseTo(chance, 3),
  )

  it('is what adding up all cases gives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.nat(80),
        fc.integer({ min: 1, max: 99 }),
        (n, k, percent) => {
          const errors = Math.min(n, k)
          let ways = 0n
          for (let at = 0; at <= errors; at++)
            ways += choose(n, at) * BigInt(percent) ** BigInt(at) * BigInt(100 - percent) ** BigInt(n - at)
          const chance = chanceOfAtMost({ requests: n, errors }, percent / 100)
          expect(chance).toBeCloseTo(ratio(ways, 100n ** BigInt(n)), 10)
        },
      ),
    )
  })
})
