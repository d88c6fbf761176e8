import { z } from 'zod'
import { list, tag } from './shared.ts'

const from = z.string().optional().describe('The tag of the release before')
const changes = z.string().describe('As in "1 to create, 2 to update"')

const planned = z.strictObject({ service: z.string(), from, to: tag, changes })

const deployed = z.strictObject({
  service: z.string(),
  result: z
    .enum(['deployed', 'already done', 'begun'])
    .describe('begun: with DETACH=1, or followed until it was stopped, the rollout goes on'),
  from,
  to: tag,
  changes,
  applied: z
    .looseObject({ kind: z.string(), tag: z.string() })
    .describe("The stack's output of that name: what the traffic goes to, by its kind"),
})

/** What `make deploy` answers. */
export const deployAnswer = z.strictObject({
  environment: z.string(),
  planned: list(planned),
  results: list(deployed).describe('What was deployed; nothing with DRY_RUN=1'),
  terraformMs: z.int(),
  synthMs: z.int(),
  totalMs: z.int(),
})

export type DeployAnswer = z.input<typeof deployAnswer>
