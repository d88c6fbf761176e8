import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required, unlockText } from './cli/options/texts.ts'

/** `make destroy`. */
export const destroy = command({
  name: 'destroy',
  summary: 'Destroys a service in an environment: everything in its stack. Releases and pins are kept.',
  examples: ['ENV=staging SERVICE=service-a', "ENV=staging SERVICE=service-a REASON='moved to parcels'"],
  options: {
    ENV: required('The environment, as in staging'),
    SERVICE: required('The service; its folder may already be gone'),
    CONFIRM: optional("The service's name again, to confirm where there is no terminal"),
    REASON: optional('Why, in one line; kept in the ledger'),
    UNLOCK: optional(unlockText),
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/destroy.ts')).destroy,
})

await runIfMain(import.meta, destroy)
