import { z } from 'zod'
import { formerRevision } from '../former.ts'

/** The schema of what a function's stack outputs. */
export function functionApplied<Name extends string>(kind: Name) {
  return z.preprocess(
    formerRevision('version'),
    z.object({
      kind: z.literal(kind),
      tag: z.string(),
      /** The published version. */
      revision: z.string(),
      functionName: z.string(),
      /** The alias that is called. */
      live: z.string(),
      /** The alias for the version that was verified last; no rollback moves it. */
      stable: z.string(),
    }),
  )
}

/** What was applied for a function. */
export type FunctionApplied<Name extends string = string> = z.output<ReturnType<typeof functionApplied<Name>>>
