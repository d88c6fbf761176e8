import { z } from 'zod'
import { change, commit, digest, hold, imported, list, tag } from './shared.ts'

const rollout = z.strictObject({
  strategy: z.string().describe('As in "5%/15m, 100%/10m"'),
  phases: list(
    z.strictObject({
      phase: z.int().describe('Counted from 1'),
      share: z.number().describe('Of the traffic, in percent'),
      minutes: z.number(),
      requests: z.int().describe('How many it will see, judging by the traffic of last week'),
      detects: z
        .number()
        .optional()
        .describe(
          'The lowest error rate, from 0 to 1, at which 95 of 100 rollouts go back by its end; missing if none does',
        ),
      isFull: z.boolean().describe('Whether its traffic alone makes a full sample'),
    }),
  ).describe('The phases that last; empty where the usual traffic is not known'),
  warning: z.string().optional().describe('About phases that see too little'),
  problem: z.string().optional().describe('Why the usual traffic is not known'),
})

const plan = z.strictObject({
  service: z.string(),
  environment: z.string(),
  from: z.string().optional().describe('The tag that was applied last'),
  to: tag,
  commits: list(z.strictObject({ commit, subject: z.string(), paths: list(z.string()).optional() }))
    .optional()
    .describe('The commits between the two that changed the service, newest first'),
  changes: list(change),
  imports: list(imported).describe('What it would take over with ADOPT=1'),
  isEmpty: z.boolean().describe('Whether applying it would change nothing, not even the state'),
  minutes: z.int().describe('How long its deploy may take, and so a job and a session of its role'),
  summary: z.string().describe('As in "1 to create, 2 to update"'),
  rollout: rollout
    .optional()
    .describe(
      'What the phases of its rollout can detect, for services that change or are named and have phases',
    ),
})

const pointer = z.strictObject({
  service: z.string(),
  isApplied: z.boolean().describe('Whether the traffic goes to what was applied'),
  isHeld: z
    .boolean()
    .describe('Whether it goes elsewhere because a hold, as of a rollback, keeps it there: that is no fault'),
  isOnItsWay: z
    .boolean()
    .describe('Whether a rollout in a phase, which may still be continued, sends it to what was applied'),
  revision: z
    .string()
    .optional()
    .describe('The revision that has all the traffic; missing if several share it, or none has it'),
  applied: z.string().describe('The applied revision'),
  says: z.string().describe('The same for people'),
  tag: tag.describe('The applied release'),
  released: digest.optional().describe('Its digest; missing without a release record'),
  foreign: list(
    z.strictObject({
      state: z.enum(['runs', 'holds']).describe('holds: the next revision would run it'),
      digest,
    }),
  ).describe('Code that runs, or is held for later, and was not released as that tag'),
})

const inPhase = z.strictObject({
  service: z.string(),
  sequence: z.int().describe('The entry of the ledger that the phase began with'),
  phase: z.int().min(1),
  share: z.number().describe('In percent'),
  deadline: z.string().describe('When it goes back if nobody has continued it by then'),
  revision: z.string().optional().describe('What it sends traffic to'),
  isAbandoned: z.boolean().describe('Whether nobody has continued it by the deadline'),
})

const orphan = z.strictObject({
  state: z.string().describe('The address of the state, as in s3://<bucket>/<environment>/<service>.tfstate'),
  environment: z.string(),
  service: z.string().optional().describe("Left out for CI's roles in an environment"),
  why: z.string().describe('As in "there is no environment qa"'),
  resources: z.int().optional().describe('How many resources its state has'),
  problem: z.string().optional().describe('Why its state cannot be read'),
})

/** What `make plan` answers. */
export const planAnswer = z.strictObject({
  environment: z.string(),
  isManual: z.boolean().describe('Whether a person deploys the environment'),
  plans: list(plan),
  holds: list(hold.extend({ service: z.string() })).describe(
    'The services that make deploy refuses until make resume',
  ),
  rollouts: list(inPhase).describe('The rollouts that are in a phase, by the ledgers'),
  pointers: list(pointer).optional().describe('With ALL=1: where the traffic goes'),
  orphans: list(orphan)
    .optional()
    .describe('With ALL=1: what is left of services and environments that are gone'),
  file: z.string().optional().describe('With OUT: where the plan was saved'),
  sha256: z.string().optional().describe('With OUT: the SHA-256 of that file'),
})

export type PlanAnswer = z.input<typeof planAnswer>
