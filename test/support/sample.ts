/** Whether every case runs, or a sample that ends soon. */
export const everything = process.env.TEST_ALL === '1'

/** Keeps the cases of the sample, or all with TEST_ALL=1, and prints how many were left out. */
export function sample<T>(
  what: string,
  all: readonly T[],
  isSampled: (one: T, index: number) => boolean,
): T[] {
  const kept = everything ? [...all] : all.filter(isSampled)
  const left = all.length - kept.length
  const rest = left === 0 ? 'all' : `a sample: ${left} left out, which TEST_ALL=1 runs too`
  process.stdout.write(`${what}: ${kept.length} of ${all.length} cases (${rest})\n`)
  return kept
}
