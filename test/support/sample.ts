const asked = process.env.TEST_ALL

/** Whether the long stories run, too. */
export const everything = asked === '1'

/** Whether every workflow and an eighth of the matrices run, or a sample that ends soon, as in `make test-all`. */
export const everyCase = everything || asked === 'matrix'

/**
 * Keeps the cases of the sample, and prints how many were left out. TEST_ALL=matrix adds those of a larger sample, by
 * default every eighth one; TEST_ALL=1 keeps all.
 */
export function sample<T>(
  what: string,
  all: readonly T[],
  isSampled: (one: T, index: number) => boolean,
  isInMatrix: (one: T, index: number) => boolean = (_, index) => index % 8 === 0,
): T[] {
  const kept = everything ? [...all] : all.filter(isKept)
  const left = all.length - kept.length
  const more = everyCase ? '1' : 'matrix'
  const rest = left === 0 ? 'all' : `a sample: ${left} left out, which TEST_ALL=${more} runs too`
  process.stdout.write(`${what}: ${kept.length} of ${all.length} cases (${rest})\n`)
  return kept

  function isKept(one: T, index: number): boolean {
    return isSampled(one, index) || (everyCase && isInMatrix(one, index))
  }
}
