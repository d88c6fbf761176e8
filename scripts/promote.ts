import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  TAG: {
    type: 'tags',
    text: 'The release, as in service-a-v1.1.0, or several, comma-separated',
    isRequired: true,
  },
} satisfies Options

/** The values of its options. */
export type PromoteOptions = Given<typeof options>

/** `make promote`. */
export const promote: Command = {
  name: 'promote',
  summary:
    "Gives a commit's artifact its release name (same bytes, no rebuild) and writes the release record.",
  examples: ['TAG=service-a-v1.1.0'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  isBulk: true,
  load: async () => (await import('./commands/releases/promote.ts')).promote,
}

await runIfMain(import.meta, promote)
