import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in staging', isRequired: true },
  SERVICE: { type: 'services', text: 'The service; its folder may already be gone', isRequired: true },
  CONFIRM: { type: 'text', text: "The service's name again, to confirm where there is no terminal" },
  REASON: { type: 'line', text: 'Why, in one line; kept in the ledger' },
  UNLOCK: { type: 'lock' },
} satisfies Options

/** The values of its options. */
export type DestroyOptions = Given<typeof options>

/** `make destroy`. */
export const destroy: Command = {
  name: 'destroy',
  summary: 'Destroys a service in an environment: everything in its stack. Releases and pins are kept.',
  examples: ['ENV=staging SERVICE=service-a', "ENV=staging SERVICE=service-a REASON='moved to parcels'"],
  options,
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/destroy.ts')).destroy,
}

await runIfMain(import.meta, destroy)
