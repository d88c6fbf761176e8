import { attemptAsync } from '../../base/attempt.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Writer } from '../../ledger/io/write-entries.ts'
import type { Target } from '../../names/target.ts'
import type { Next } from '../journal.ts'

/** Has somebody look at a rollout at its deadline, who ends it if nobody else has. */
export type Deadlines = {
  /** For the rollout whose first entry has this sequence, also if it was set before. */
  set(target: Target, started: number, at: Date): Promise<void>
  /** One that is gone already is fine. */
  clear(target: Target, started: number): Promise<void>
}

type Place = {
  readonly target: Target
  readonly writer: Writer
  readonly deadlines: Deadlines | undefined
  readonly deadline: string | undefined
}

/**
 * Writes the first entry of a rollout, and before it the deadline of just that entry: whenever a run is killed, there is
 * somebody to end what the ledger says has begun.
 */
export async function enterWithDeadline(
  { target, writer, deadlines, deadline }: Place,
  decide: (head: Head) => Next,
  append: (decide: (head: Head) => Next) => Promise<unknown>,
): Promise<void> {
  if (deadlines === undefined || deadline === undefined) return void (await append(decide))
  for (;;) {
    const sequence = writer.head().sequence + 1
    const isSet = beginsRollout(decide(writer.head()))
    if (isSet) await deadlines.set(target, sequence, new Date(deadline))
    let isPassed = false
    await append(head => {
      const next = decide(head)
      isPassed = beginsRollout(next) && head.sequence + 1 !== sequence
      return isPassed ? 'nothing' : next
    })
    if (isSet && isPassed) await clearDeadline(deadlines, target, sequence)
    if (!isPassed) return
  }
}

function beginsRollout(next: Next): boolean {
  return typeof next === 'object' && next.type === 'started'
}

/** Where that fails, it does no harm: whoever is asked at the deadline finds the end in the ledger. */
export async function clearDeadline(
  deadlines: Deadlines | undefined,
  target: Target,
  started: number,
): Promise<void> {
  if (deadlines !== undefined) await attemptAsync(() => deadlines.clear(target, started))
}
