import { afterAll } from 'vitest'

/** Takes what cleans up. */
export type OnFinished = (clean: () => Promise<void>) => void

/**
 * Runs what it takes after all tests of the suite, the newest first. Call it while tests are collected: vitest ignores an
 * `afterAll` that a running hook calls.
 */
export function afterSuite(): OnFinished {
  const cleaners: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const clean of cleaners.toReversed()) await clean()
  })
  return clean => void cleaners.push(clean)
}
