import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { required } from './cli/options/texts.ts'

/** `make hold`. */
export const hold = command({
  name: 'hold',
  summary:
    'Stops deploys of a service to an environment until make resume. What runs there goes on running, and traffic that is moving already arrives.',
  examples: ["ENV=prod SERVICE=service-a REASON='loses orders'"],
  options: {
    ENV: required('The environment, as in prod'),
    SERVICE: required('The service, or several, comma-separated'),
    REASON: required('Why it must not be deployed, for anyone who tries'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/hold.ts')).hold,
})

await runIfMain(import.meta, hold)
