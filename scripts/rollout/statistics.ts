/** What was counted on one arm: requests, and how many of them failed. */
export type Sample = { readonly requests: number; readonly errors: number }

/**
 * The probability that chance alone gives the first arm at least as many of all errors as it has, if both arms fail
 * alike: the upper tail of the hypergeometric distribution, which is Fisher's exact test, one-sided (R. A. Fisher,
 * "Statistical Methods for Research Workers", 5th edition, 1934, §21.02). It holds for every error rate, so none has to be
 * known.
 */
export function chanceOfAsMany(arm: Sample, other: Sample): number {
  const [all, bad, drawn] = [arm.requests + other.requests, arm.errors + other.errors, arm.requests]
  const least = Math.max(0, drawn - (all - bad))
  if (arm.errors <= least) return 1
  const distribution: Distribution = {
    least,
    most: Math.min(bad, drawn),
    logChance: at => logChoose(bad, at) + logChoose(all - bad, drawn - at) - logChoose(all, drawn),
    ratio: at => ((bad - at) * (drawn - at)) / ((at + 1) * (all - bad - drawn + at + 1)),
  }
  return arm.errors > (bad * drawn) / all
    ? upperTail(distribution, arm.errors)
    : 1 - lowerTail(distribution, arm.errors - 1)
}

/** The probability of at most `errors` of `requests` failing where each fails with a probability: the binomial distribution. */
export function chanceOfAtMost({ requests, errors }: Sample, rate: number): number {
  if (errors >= requests || rate <= 0) return 1
  if (rate >= 1 || errors < 0) return 0
  const distribution: Distribution = {
    least: 0,
    most: requests,
    logChance: at => logChoose(requests, at) + at * Math.log(rate) + (requests - at) * Math.log1p(-rate),
    ratio: at => (((requests - at) / (at + 1)) * rate) / (1 - rate),
  }
  return errors < requests * rate ? lowerTail(distribution, errors) : 1 - upperTail(distribution, errors + 1)
}

/** Whole numbers and their chances, as logarithms, since their factors alone are beyond what a number can hold. */
type Distribution = {
  readonly least: number
  readonly most: number
  logChance(at: number): number
  /** The chance of the next number, divided by that of this one. */
  ratio(at: number): number
}

/** The chance of a number above the mean and all beyond it. */
function upperTail({ most, logChance, ratio }: Distribution, from: number): number {
  let [chance, total] = [Math.exp(logChance(from)), 0]
  for (let at = from; at <= most && chance > total * negligible; at++) {
    total += chance
    chance *= ratio(at)
  }
  return Math.min(1, total)
}

/** The chance of a number below the mean and all beyond it. */
function lowerTail({ least, logChance, ratio }: Distribution, from: number): number {
  let [chance, total] = [Math.exp(logChance(from)), 0]
  for (let at = from; at >= least && chance > total * negligible; at--) {
    total += chance
    chance /= ratio(at - 1)
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
