import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required } from './cli/options/texts.ts'

/** `make history`. */
export const history = command({
  name: 'history',
  summary:
    'Shows what happened to services in an environment, newest first, and checks that no entry of their ledgers was changed or removed.',
  examples: ['ENV=prod SERVICE=service-a', 'ENV=prod LIMIT=100'],
  options: {
    ENV: required('The environment, as in prod'),
    SERVICE: optional('The service, or several, comma-separated; all that have entries by default'),
    LIMIT: optional('How many deploys, rollbacks and holds to show of each service; 20 by default'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/history.ts')).history,
})

await runIfMain(import.meta, history)
