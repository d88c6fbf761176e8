import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in prod', isRequired: true },
  SERVICE: { type: 'services', text: 'The service', isRequired: true },
  SEQ: {
    type: 'number',
    text: 'The entry of the ledger that says that traffic went back; the newest one by default',
  },
} satisfies Options

/** The values of its options. */
export type IncidentOptions = Given<typeof options>

/** `make incident`. */
export const incident: Command = {
  name: 'incident',
  summary:
    'Writes a page about a rollback: what ran, what changed, what was observed, who did what, which releases carry the fault, and what to do next.',
  examples: ['ENV=prod SERVICE=service-a', 'ENV=prod SERVICE=service-a SEQ=42'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/incident.ts')).incident,
}

await runIfMain(import.meta, incident)
