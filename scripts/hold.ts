import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in prod', isRequired: true },
  SERVICE: { type: 'services', text: 'The service, or several, comma-separated', isRequired: true },
  REASON: { type: 'line', text: 'Why it must not be deployed, for anyone who tries', isRequired: true },
} satisfies Options

/** The values of its options. */
export type HoldOptions = Given<typeof options>

/** `make hold`. */
export const hold: Command = {
  name: 'hold',
  summary:
    'Stops deploys of a service to an environment until make resume. What runs there goes on running, and traffic that is moving already arrives.',
  examples: ["ENV=prod SERVICE=service-a REASON='loses orders'"],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/hold.ts')).hold,
}

await runIfMain(import.meta, hold)
