import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in staging', isRequired: true },
  SERVICE: { type: 'services', text: 'The service, or several separated by commas; all services by default' },
} satisfies Options

/** The values of its options. */
export type PruneOptions = Given<typeof options>

/** `make prune`. */
export const prune: Command = {
  name: 'prune',
  summary:
    'Removes old function versions in an environment: all but the newest ones (keepRevisions) and those that a pin or an alias names.',
  examples: ['ENV=staging', 'ENV=staging SERVICE=service-b DRY_RUN=1'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/prune.ts')).prune,
}

await runIfMain(import.meta, prune)
