import { z } from 'zod'
import { digest, list, tag } from '../shared.ts'

const side = z.strictObject({
  tag: tag.optional(),
  digest: digest.optional(),
  revision: z.string(),
})

const unread = z.strictObject({ what: z.string(), problem: z.string() })

/** What `make incident` answers. */
export const incidentAnswer = z.strictObject({
  service: z.string(),
  environment: z.string(),
  sequence: z.int().describe('Of the entry that says that traffic went back'),
  id: z.string(),
  by: z.string(),
  began: z.iso.datetime(),
  ended: z.iso.datetime(),
  reason: z.string(),
  bad: side.describe('What traffic left'),
  good: side.optional().describe('What it went back to, if the ledger knows it'),
  commits: list(z.strictObject({ commit: z.string(), subject: z.string() })),
  settings: list(
    z.strictObject({ path: z.string(), before: z.string().optional(), after: z.string().optional() }),
  ),
  alarms: list(z.strictObject({ alarm: z.string(), at: z.iso.datetime(), summary: z.string() })),
  log: list(z.strictObject({ at: z.iso.datetime(), text: z.string() })).describe('The last lines'),
  carriers: list(tag).describe('The releases whose commit contains that of the bad one'),
  held: z.boolean(),
  next: list(z.string()).describe('Commands to fix it forward'),
  unread: list(unread).describe('What could not be read; its list is empty'),
  page: z.string().describe('All of it in Markdown'),
})

export type IncidentAnswer = z.input<typeof incidentAnswer>
