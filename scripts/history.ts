import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in prod', isRequired: true },
  SERVICE: {
    type: 'services',
    text: 'The service, or several, comma-separated; all that have entries by default',
  },
  LIMIT: {
    type: 'number',
    text: 'How many deploys, rollbacks and holds to show of each service; 20 by default',
  },
} satisfies Options

/** The values of its options. */
export type HistoryOptions = Given<typeof options>

/** `make history`. */
export const history: Command = {
  name: 'history',
  summary:
    'Shows what happened to services in an environment, newest first, and checks that no entry of their ledgers was changed or removed.',
  examples: ['ENV=prod SERVICE=service-a', 'ENV=prod LIMIT=100'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/history.ts')).history,
}

await runIfMain(import.meta, history)
