import { z } from 'zod'
import { digest, list } from '../shared.ts'

const who = z.looseObject({
  arn: z.string().describe('As STS knows them'),
  actor: z.string().optional().describe('Who started the job of CI'),
  run: z.string().optional().describe('The address of that job'),
  commit: z.string().optional(),
})

const phase = z.strictObject({
  phase: z.int().describe('Counted from 1'),
  share: z.number().describe("The new revision's share of the traffic, in percent"),
  time: z.iso.datetime().describe('When it began'),
  deadline: z.iso.datetime().describe('When it goes back if nobody has continued it by then'),
  seconds: z.int().optional().describe('How long it lasted, if it is over'),
})

const activity = z.strictObject({
  sequence: z.int().describe('Of its newest entry'),
  what: z
    .string()
    .describe('deploy, rollback, hold, resume, repair or destroy; of a newer Waybill, the type of its entry'),
  who,
  time: z.iso.datetime().describe('When it began'),
  from: z.string().optional().describe('The tag of the release that was verified last before'),
  to: z.string().optional().describe('The tag of the release that it is about'),
  verdict: z.enum(['verified', 'arrived', 'rolled back', 'completed', 'not ended', 'overtaken']).optional(),
  seconds: z.int().optional().describe('How long it took, if it has ended'),
  reason: z.string().optional(),
  plan: digest.optional().describe('Of the approved plan'),
  phases: list(phase)
    .optional()
    .describe('Of a watched rollout, oldest first; one that was begun again is there twice'),
  entries: list(z.looseObject({ sequence: z.int() })).describe(
    'Its entries as they are stored, oldest first',
  ),
})

const service = z.strictObject({
  service: z.string(),
  entries: z.int().describe('How many there are'),
  activities: list(activity).describe('Newest first, at most LIMIT'),
  faults: list(z.strictObject({ sequence: z.int(), fault: z.string() })).describe(
    'Entries that are missing, were changed, or stand where others belong, oldest first',
  ),
})

/** What `make history` answers. */
export const historyAnswer = z.strictObject({ environment: z.string(), services: list(service) })

export type HistoryAnswer = z.input<typeof historyAnswer>
