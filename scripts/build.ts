import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  SERVICE: { type: 'services', text: 'Only this service, or several, comma-separated' },
} satisfies Options

/** The values of its options. */
export type BuildOptions = Given<typeof options>

/** `make build`. */
export const build: Command = {
  name: 'build',
  summary:
    "Builds every service at HEAD and stores it under its source commit's name; anything already stored is left alone.",
  examples: ['SERVICE=service-a'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/build.ts')).build,
}

await runIfMain(import.meta, build)
