const asked = process.env.TEST_ALL

/** Whether the long stories run, too. */
export const everything = asked === '1'

/** Whether every case of the matrices and every workflow runs, or a sample that ends soon. */
export const everyCase = everything || asked === 'matrix'

/** Keeps the cases of the sample, or all with TEST_ALL=matrix, and prints how many were left out. */
export function sample<T>(
  what: string,
  all: readonly T[],
  isSampled: (one: T, index: number) => boolean,
): T[] {
  const kept = everyCase ? [...all] : all.filter(isSampled)
  const left = all.length - kept.length
  const rest = left === 0 ? 'all' : `a sample: ${left} left out, which TEST_ALL=matrix runs too`
  process.stdout.write(`${what}: ${kept.length} of ${all.length} cases (${rest})\n`)
  return kept
}
