import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required, unlockText } from './cli/options/texts.ts'

/** `make plan`. */
export const plan = command({
  name: 'plan',
  summary:
    'Shows what a deploy would change: the pinned release compared to what is applied. It changes nothing, but holds the lock on the state while it runs.',
  examples: ['ENV=staging SERVICE=service-a'],
  options: {
    ENV: required('The environment, as in staging'),
    SERVICE: optional('The service, or several, comma-separated; all pinned ones by default'),
    ALL: optional(
      '1: also shows where the traffic goes now, whether what runs was released, and what is left of removed services and environments',
    ),
    OUT: optional(
      'The file to save the plan of one service in, for make deploy PLAN=…, or state for the state bucket. It can contain secrets',
    ),
    UNLOCK: optional(unlockText),
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/plan.ts')).plan,
})

await runIfMain(import.meta, plan)
