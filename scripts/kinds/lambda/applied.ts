import { z } from 'zod'
import { formerRevision } from '../former.ts'

/** What a function's stack puts out. */
export function functionApplied<Name extends string>(kind: Name) {
  return z.preprocess(
    formerRevision('version'),
    z.object({
      kind: z.literal(kind),
      tag: z.string(),
      /** The version that was published. */
      revision: z.string(),
      functionName: z.string(),
      /** The alias that is called. */
      live: z.string(),
      /** The alias of what was verified last. */
      stable: z.string(),
    }),
  )
}

/** What was applied for a function. */
export type FunctionApplied<Name extends string = string> = z.output<ReturnType<typeof functionApplied<Name>>>
