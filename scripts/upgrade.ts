import type { Command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

/** `npx waybill upgrade`. */
export const upgrade: Command = {
  name: 'upgrade',
  summary:
    'Brings the files that init wrote to the version of Waybill that is installed, by a three-way merge: your own changes stay. Prints what is new.',
  examples: [''],
  options: {},
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/repository/upgrade.ts')).upgrade,
}

await runIfMain(import.meta, upgrade)
