import { z } from 'zod'
import { UserError } from '../base/user-error.ts'

const errorCode = z.object({
  code: z.string(),
  ending: z.enum(['badInput', 'refused', 'notReady', 'rolledBack', 'cloud']),
  meaning: z.string(),
  remedy: z.string(),
})

const document = z.object({
  error: z.object({
    errorCode,
    problem: z.string(),
    cause: z.string().optional(),
    remedy: z.string().optional(),
  }),
})

/** The error that `cdktf/main.ts` printed to stdout; undefined if it printed none, and so has a bug. */
export function parseSynthError(stdout: string): UserError | undefined {
  const { success, data } = document.safeParse(parsed(stdout))
  if (!success) return undefined
  const { errorCode, problem, ...details } = data.error
  return new UserError(errorCode, problem, details)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
