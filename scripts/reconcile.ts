import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional } from './cli/options/texts.ts'

/** `make reconcile`. */
export const reconcile = command({
  name: 'reconcile',
  summary:
    'Finds what CI missed (tags, records, artifacts and pins that disagree; with ENV=…, traffic, ledgers, pins, rollouts without an end and notices) and fixes what is safe to fix.',
  examples: ['DRY_RUN=1', 'ENV=prod'],
  options: {
    ENV: optional(
      'An environment whose traffic is compared with its ledgers and pins, and whose missing notices are sent, in place of the releases',
    ),
    SINCE: optional('Skip releases of commits before this one; by default since in environments.json'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/reconcile.ts')).reconcile,
})

await runIfMain(import.meta, reconcile)
