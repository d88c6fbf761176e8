import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  TAG: { type: 'tag', text: 'The release, as in service-a-v1.1.0', isRequired: true },
  REASON: { type: 'line', text: 'Why it is bad, for anyone who wants to use it', isRequired: true },
} satisfies Options

/** The values of its options. */
export type YankOptions = Given<typeof options>

/** `make yank`. */
export const yank: Command = {
  name: 'yank',
  summary: 'Permanently marks a release as bad: it can no longer be pinned, and nothing is deleted.',
  examples: ["TAG=service-a-v1.1.0 REASON='loses orders'"],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/yank.ts')).yank,
}

await runIfMain(import.meta, yank)
