import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { required } from './cli/options/texts.ts'

/** `make promote`. */
export const promote = command({
  name: 'promote',
  summary:
    "Gives a commit's artifact its release name (same bytes, no rebuild) and writes the release record.",
  examples: ['TAG=service-a-v1.1.0'],
  options: {
    TAG: required('The release, as in service-a-v1.1.0, or several, comma-separated'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/promote.ts')).promote,
})

await runIfMain(import.meta, promote)
