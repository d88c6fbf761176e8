import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  TAG: { type: 'tag', text: 'The release, as in service-a-v1.1.0', isRequired: true },
} satisfies Options

/** The values of its options. */
export type TraceOptions = Given<typeof options>

/** `make trace`. */
export const trace: Command = {
  name: 'trace',
  summary:
    "Shows each link from a release's tag to its pins, to what runs there and to what the ledgers say, and which links are broken.",
  examples: ['TAG=service-a-v1.1.0'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/trace.ts')).trace,
}

await runIfMain(import.meta, trace)
