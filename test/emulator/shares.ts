const golden = (Math.sqrt(5) - 1) / 2

/**
 * The nth place from 0 to 1 of a low-discrepancy sequence, the multiples of the golden ratio. AWS chooses at random where
 * something is weighted. Here each choice has its share of any stretch of requests, give or take one or two, in the same
 * order with the same seed, and in no step with callers of which, say, each tenth sends something bad.
 */
export function nthPlace(seed: number, n: number): number {
  return (seed + n * golden) % 1
}
