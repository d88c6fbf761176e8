import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required } from './cli/options/texts.ts'

/** `make incident`. */
export const incident = command({
  name: 'incident',
  summary:
    'Writes a page about a rollback: what ran, what changed, what was observed, who did what, which releases carry the fault, and what to do next.',
  examples: ['ENV=prod SERVICE=service-a', 'ENV=prod SERVICE=service-a SEQ=42'],
  options: {
    ENV: required('The environment, as in prod'),
    SERVICE: required('The service'),
    SEQ: optional('The entry of the ledger that says that traffic went back; the newest one by default'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/incident.ts')).incident,
})

await runIfMain(import.meta, incident)
