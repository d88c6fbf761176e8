import { expect } from 'vitest'

/** What the error of a refused SDK call matches: its name, part of its message or a pattern of it, and the HTTP status. */
export function refusedWith(name: string, message: string | RegExp, status = 400) {
  const said = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message)
  return { name, message: said, $metadata: { httpStatusCode: status } }
}
