import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { allowReplaceText, optional, unlockText } from './cli/options/texts.ts'

/** `make bootstrap`. */
export const bootstrap = command({
  name: 'bootstrap',
  summary:
    "Creates the state bucket, the foundation (repositories, artifact bucket) and CI's roles; with ENV, an environment's state bucket, ledger bucket and roles.",
  examples: ['', 'ENV=staging'],
  options: {
    ENV: optional('The environment to create the buckets and roles for; the foundation by default'),
    ALLOW_REPLACE: optional(allowReplaceText),
    UNLOCK: optional(unlockText),
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/repository/bootstrap.ts')).bootstrap,
})

await runIfMain(import.meta, bootstrap)
