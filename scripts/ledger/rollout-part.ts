import { z } from 'zod'
import { isDigest } from '../names/digest.ts'
import { criteriaSchema } from '../strategy/criteria.ts'
import type { Phases } from '../strategy/phases.ts'
import { callCheck, requestCheck } from '../strategy/smoke.ts'

const phase = z.strictObject({ share: z.number().gt(0).max(100), minutes: z.int().min(0) })

/** The schema of all that it takes to continue or to end a rollout without the work tree and without the stores. */
export const rolloutPart = z.strictObject({
  phases: z
    .array(phase)
    .min(1)
    .transform(phases => phases as unknown as Phases),
  criteria: criteriaSchema,
  smoke: z.union([callCheck, requestCheck]).optional(),
  /** The alarms that end it. */
  alarms: z.array(z.string()),
  /** Whether the platform goes through the phases on its own. */
  isLeftToPlatform: z.literal(true).exactOptional(),
  /** The digest of the release and those of its images. */
  digests: z.array(z.string().refine(isDigest, 'must be sha256: and 64 hexadecimal digits')).min(1),
  /** When it is over, whoever carries it out. */
  deadline: z.iso.datetime(),
})

/** What a rollout leaves in its first entry. */
export type RolloutPart = z.output<typeof rolloutPart>
