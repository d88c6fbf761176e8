import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in staging', isRequired: true },
  SERVICE: { type: 'services', text: 'The service, or several, comma-separated; all pinned ones by default' },
  ALL: {
    type: 'flag',
    text: '1: also shows where the traffic goes now, whether what runs was released, and what is left of removed services and environments',
  },
  OUT: {
    type: 'text',
    text: 'The file to save the plan of one service in, for make deploy PLAN=…, or state for the state bucket. It can contain secrets',
  },
  ADOPT: { type: 'flag', text: '1: also shows what exists already that the deploy would take over' },
  UNLOCK: { type: 'lock' },
} satisfies Options

/** The values of its options. */
export type PlanOptions = Given<typeof options>

/** `make plan`. */
export const plan: Command = {
  name: 'plan',
  summary:
    'Shows what a deploy would change: the pinned release compared to what is applied. It changes nothing, but holds the lock on the state while it runs.',
  examples: ['ENV=staging SERVICE=service-a'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  ahead: async (_, environment) => (await import('./stack/io/synth.ts')).startAhead(environment),
  load: async () => (await import('./commands/environments/plan.ts')).plan,
}

await runIfMain(import.meta, plan)
