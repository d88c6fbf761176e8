import type { Sample } from '../../../scripts/rollout/statistics.ts'

/** Random numbers from 0 to 1, the same for the same seed (mulberry32, public domain). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Requests, each of which fails with a probability. */
export function served(requests: number, rate: number, random: () => number): Sample {
  let errors = 0
  for (let at = 0; at < requests; at++) if (random() < rate) errors++
  return { requests, errors }
}

/** Two samples of the same arm as one. */
export function both(a: Sample, b: Sample): Sample {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors }
}
