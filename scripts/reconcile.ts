import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: {
    type: 'environment',
    text: 'An environment whose traffic is compared with its ledgers and pins, and whose missing notices are sent, in place of the releases',
  },
  NOTICES: { type: 'flag', text: '1: with ENV, only send the notices that are missing' },
  SINCE: {
    type: 'text',
    text: 'Skip releases of commits before this one; by default since in environments.json',
  },
} satisfies Options

/** The values of its options. */
export type ReconcileOptions = Given<typeof options>

/** `make reconcile`. */
export const reconcile: Command = {
  name: 'reconcile',
  summary:
    'Finds what CI missed (tags, records, artifacts and pins that disagree; with ENV=…, traffic, ledgers, pins, rollouts without an end and notices) and fixes what is safe to fix.',
  examples: ['DRY_RUN=1', 'ENV=prod', 'ENV=prod NOTICES=1'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  isBulk: true,
  load: async () => (await import('./commands/releases/reconcile.ts')).reconcile,
}

await runIfMain(import.meta, reconcile)
