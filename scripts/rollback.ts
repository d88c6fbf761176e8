import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in prod', isRequired: true },
  SERVICE: { type: 'services', text: 'The service', isRequired: true },
  REASON: { type: 'line', text: 'Why, in one line; kept in the ledger', isRequired: true },
  TO: { type: 'sequence', text: 'The entry of the ledger whose deployment to go back to' },
  VERSION: { type: 'version', text: 'The version to go back to, as it was verified last' },
  CONFIRM: { type: 'text', text: 'The service, once more, to confirm where there is no terminal' },
  PR: {
    type: 'flag',
    text: '1: propose the pin on a branch for a pull request, for a protected release branch',
  },
  WAIT: { type: 'duration', text: 'How long the traffic may take to arrive; 15m by default' },
  UNLOCK: { type: 'lock' },
} satisfies Options

/** The values of its options. */
export type RollbackOptions = Given<typeof options>

/** `make rollback`. */
export const rollback: Command = {
  name: 'rollback',
  summary:
    'Sends the traffic of a service back to what was verified before, at once. Then holds the service, pins that release and applies the pin.',
  examples: [
    "ENV=prod SERVICE=a REASON='loses orders'",
    "ENV=prod SERVICE=a REASON='loses orders' VERSION=1.0.0",
  ],
  options,
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/rollback.ts')).rollback,
}

await runIfMain(import.meta, rollback)
