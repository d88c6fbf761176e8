import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required, unlockText } from './cli/options/texts.ts'

/** `make rollback`. */
export const rollback = command({
  name: 'rollback',
  summary:
    'Sends the traffic of a service back to what was verified before, at once. Then holds the service, pins that release and applies the pin.',
  examples: [
    "ENV=prod SERVICE=a REASON='loses orders'",
    "ENV=prod SERVICE=a REASON='loses orders' VERSION=1.0.0",
  ],
  options: {
    ENV: required('The environment, as in prod'),
    SERVICE: required('The service'),
    REASON: required('Why, in one line; kept in the ledger'),
    TO: optional('The entry of the ledger whose deployment to go back to'),
    VERSION: optional('The version to go back to, as it was verified last'),
    CONFIRM: optional('The service, once more, to confirm where there is no terminal'),
    PR: optional('1: propose the pin on a branch for a pull request, for a protected release branch'),
    WAIT: optional('How long the traffic may take to arrive; 15m by default'),
    UNLOCK: optional(unlockText),
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/rollback.ts')).rollback,
})

await runIfMain(import.meta, rollback)
