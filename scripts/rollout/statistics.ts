/** What was counted on one arm: requests, and how many of them failed. */
export type Sample = { readonly requests: number; readonly errors: number }

/**
 * The probability that chance alone gives the first arm at least as many of all errors as it has, if both arms fail
 * alike: the upper tail of the hypergeometric distribution, which is Fisher's exact test, one-sided (R. A. Fisher,
 * "Statistical Methods for Research Workers", 5th edition, 1934, §21.02). It holds for every error rate, so none has to be
 * known.
 */
export function chanceOfAsMany(arm: Sample, other: Sample): number {
  const [all, bad] = [arm.requests + other.requests, arm.errors + other.errors]
  const most = Math.min(bad, arm.requests)
  const chance = (errors: number) =>
    Math.exp(
      logChoose(bad, errors) + logChoose(all - bad, arm.requests - errors) - logChoose(all, arm.requests),
    )
  const least = Math.max(0, arm.requests - (all - bad))
  if (arm.errors <= least) return 1
  // The mean of the distribution: beyond it, each term is smaller than the one before.
  if (arm.errors > (bad * arm.requests) / all) return sum(arm.errors, most, chance)
  return 1 - sum(arm.errors - 1, least, chance)
}

/** The probability of at most `errors` of `requests` failing where each fails with a probability: the binomial distribution. */
export function chanceOfAtMost({ requests, errors }: Sample, rate: number): number {
  if (errors >= requests || rate <= 0) return 1
  if (rate >= 1 || errors < 0) return 0
  const chance = (failed: number) =>
    Math.exp(logChoose(requests, failed) + failed * Math.log(rate) + (requests - failed) * Math.log1p(-rate))
  return errors < requests * rate ? sum(errors, 0, chance) : 1 - sum(errors + 1, requests, chance)
}

/**
 * Adds up the terms of a tail from the mean outwards, up to and including `to`, until one no longer counts. Each of them is
 * computed in log space, since the factors alone are beyond what a number can hold.
 */
function sum(from: number, to: number, term: (at: number) => number): number {
  const step = to >= from ? 1 : -1
  let total = 0
  for (let at = from; step * (to - at) >= 0; at += step) {
    const next = term(at)
    total += next
    if (next <= total * negligible) break
  }
  return Math.min(1, total)
}

const negligible = 1e-12

function logChoose(all: number, some: number): number {
  return logFactorial(all) - logFactorial(some) - logFactorial(all - some)
}

const exact = [0]
for (let at = 1; at < 32; at++) exact.push((exact[at - 1] as number) + Math.log(at))

/** Stirling's series, exact to the last digits from 32 on (NIST Digital Library of Mathematical Functions, 5.11.1). */
function logFactorial(number: number): number {
  const known = exact[number]
  if (known !== undefined) return known
  const squared = number * number
  const correction = (1 / 12 - (1 / 360 - 1 / (1260 * squared)) / squared) / number
  return (number + 0.5) * Math.log(number) - number + 0.5 * Math.log(2 * Math.PI) + correction
}
