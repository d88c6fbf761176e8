import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { required } from './cli/options/texts.ts'

/** `make trace`. */
export const trace = command({
  name: 'trace',
  summary:
    "Shows each link from a release's tag to its pins, to what runs there and to what the ledgers say, and which links are broken.",
  examples: ['TAG=service-a-v1.1.0'],
  options: {
    TAG: required('The release, as in service-a-v1.1.0'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/trace.ts')).trace,
})

await runIfMain(import.meta, trace)
