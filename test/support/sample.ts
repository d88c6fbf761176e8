const asked = process.env.TEST_ALL

/** Whether the long stories run, too. */
export const everything = asked === '1'

/** Whether every workflow and an eighth of the matrices run, or a sample that ends soon, as in `make test-all`. */
export const everyCase = everything || asked === 'matrix'

// A larger sample than this is halved where the tests have to end soon.
const small = 6

/**
 * Keeps the cases of the sample, of a large one every other, and prints how many were left out. TEST_ALL=matrix keeps all
 * of the sample and adds a larger one, by default every eighth case; TEST_ALL=1 keeps all.
 */
export function sample<T>(
  what: string,
  all: readonly T[],
  isSampled: (one: T, index: number) => boolean,
  isInMatrix: (one: T, index: number) => boolean = (_, index) => index % 8 === 0,
): T[] {
  const kept = everything ? [...all] : everyCase ? all.filter(isKept) : halved(all.filter(isSampled))
  const left = all.length - kept.length
  const more = everyCase ? '1' : 'matrix'
  const rest = left === 0 ? 'all' : `a sample: ${left} left out, which TEST_ALL=${more} runs too`
  process.stdout.write(`${what}: ${kept.length} of ${all.length} cases (${rest})\n`)
  return kept

  function isKept(one: T, index: number): boolean {
    return isSampled(one, index) || isInMatrix(one, index)
  }
}

function halved<T>(cases: readonly T[]): T[] {
  return cases.length > small ? cases.filter((_, index) => index % 2 === 0) : [...cases]
}
