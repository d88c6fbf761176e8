import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional } from './cli/options/texts.ts'

/** `make build`. */
export const build = command({
  name: 'build',
  summary:
    "Builds every service at HEAD and stores it under its source commit's name; anything already stored is left alone.",
  examples: ['SERVICE=service-a'],
  options: {
    SERVICE: optional('Only this service, or several, comma-separated'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/build.ts')).build,
})

await runIfMain(import.meta, build)
