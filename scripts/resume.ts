import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in prod', isRequired: true },
  SERVICE: { type: 'services', text: 'The service, or several, comma-separated', isRequired: true },
  REASON: { type: 'line', text: 'Why it may be deployed again', isRequired: true },
} satisfies Options

/** The values of its options. */
export type ResumeOptions = Given<typeof options>

/** `make resume`. */
export const resume: Command = {
  name: 'resume',
  summary:
    'Lets deploys of a service to an environment through again, after make hold or a rollback, and says what the next one will do.',
  examples: ["ENV=prod SERVICE=service-a REASON='1.1.1 is released'"],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/resume.ts')).resume,
}

await runIfMain(import.meta, resume)
