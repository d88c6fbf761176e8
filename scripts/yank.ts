import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { required } from './cli/options/texts.ts'

/** `make yank`. */
export const yank = command({
  name: 'yank',
  summary: 'Permanently marks a release as bad: it can no longer be pinned, and nothing is deleted.',
  examples: ["TAG=service-a-v1.1.0 REASON='loses orders'"],
  options: {
    TAG: required('The release, as in service-a-v1.1.0'),
    REASON: required('Why it is bad, for anyone who wants to use it'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/yank.ts')).yank,
})

await runIfMain(import.meta, yank)
