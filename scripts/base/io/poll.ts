import type { Clock } from '../clock.ts'

/** A time limit in ms, and the `Clock.now()` that it counts from. */
export type Deadline = { readonly from: number; readonly ms: number }

const firstPauseMs = 100
const longestPauseMs = 5000

/** Polls with growing pauses until `ask` answers, the deadline passes or `signal` aborts. */
export async function poll<Answer>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  deadline: Deadline,
  ask: () => Promise<Answer | undefined>,
): Promise<{ readonly answer: Answer } | { readonly stopped: 'asked to stop' | 'too long' }> {
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const answer = await ask()
    if (answer !== undefined) return { answer }
    if (signal.aborted) return { stopped: 'asked to stop' }
    if (clock.now() - deadline.from > deadline.ms) return { stopped: 'too long' }
    await clock.sleep(pause)
  }
}
