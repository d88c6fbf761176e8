import type { Target } from '../../names/target.ts'
import type { ReadEntry } from '../entry.ts'
import type { Ledger } from './ledger.ts'

const readsAtOnce = 16

/** The entries from a sequence down to the first. What is looked for is most often among the newest. */
export async function* newestFirst(
  ledger: Pick<Ledger, 'read'>,
  target: Target,
  newest: number,
): AsyncGenerator<ReadEntry> {
  for (let from = newest; from >= 1; from -= readsAtOnce) {
    const sequences = Array.from({ length: Math.min(readsAtOnce, from) }, (_, index) => from - index)
    yield* await Promise.all(sequences.map(one => ledger.read(target, one)))
  }
}
