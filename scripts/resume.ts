import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { required } from './cli/options/texts.ts'

/** `make resume`. */
export const resume = command({
  name: 'resume',
  summary:
    'Lets deploys of a service to an environment through again, after make hold or a rollback, and says what the next one will do.',
  examples: ["ENV=prod SERVICE=service-a REASON='1.1.1 is released'"],
  options: {
    ENV: required('The environment, as in prod'),
    SERVICE: required('The service, or several, comma-separated'),
    REASON: required('Why it may be deployed again'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/resume.ts')).resume,
})

await runIfMain(import.meta, resume)
