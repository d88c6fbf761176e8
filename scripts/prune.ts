import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required } from './cli/options/texts.ts'

/** `make prune`. */
export const prune = command({
  name: 'prune',
  summary:
    'Removes old function versions in an environment: all but the newest ones (keepRevisions) and those that a pin or an alias names.',
  examples: ['ENV=staging', 'ENV=staging SERVICE=service-b DRY_RUN=1'],
  options: {
    ENV: required('The environment, as in staging'),
    SERVICE: optional('The service, or several separated by commas; all services by default'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/prune.ts')).prune,
})

await runIfMain(import.meta, prune)
