import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: {
    type: 'environment',
    text: 'The environment to create the buckets and roles for; the foundation by default',
  },
  ADOPT: { type: 'flag', text: '1: takes over the repositories and the bucket that exist already' },
  ALLOW_REPLACE: { type: 'addresses' },
  UNLOCK: { type: 'lock' },
} satisfies Options

/** The values of its options. */
export type BootstrapOptions = Given<typeof options>

/** `make bootstrap`. */
export const bootstrap: Command = {
  name: 'bootstrap',
  summary:
    "Creates the state bucket, the foundation (repositories, artifact bucket) and CI's roles; with ENV, an environment's state bucket, ledger bucket and roles.",
  examples: ['', 'ENV=staging'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/repository/bootstrap.ts')).bootstrap,
}

await runIfMain(import.meta, bootstrap)
