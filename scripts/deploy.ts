import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { allowReplaceText, optional, required, unlockText } from './cli/options/texts.ts'

/** `make deploy`. */
export const deploy = command({
  name: 'deploy',
  summary:
    'Deploys what is pinned in an environment: plans, applies exactly that plan, and sends the traffic to what was applied.',
  examples: ['ENV=staging SERVICE=service-a'],
  options: {
    ENV: required('The environment, as in staging'),
    SERVICE: optional('The service, or several, comma-separated; all pinned ones by default'),
    PLAN: optional('An approved plan that make plan OUT=… saved: a file, or s3://… in the state bucket'),
    PLAN_SHA256: optional('The SHA-256 of the approved plan'),
    ALLOW_REPLACE: optional(allowReplaceText),
    WAIT: optional('How long a rollout may take, such as 30m; by default 15m longer than its strategy takes'),
    ON_STOP: optional(
      'What Ctrl-C does to a rollout in phases: sends the traffic back, or holds it where it is',
    ),
    DETACH: optional('Begins the rollouts and returns; the guardian of the environment makes their steps'),
    FOLLOW: optional('Deploys nothing: follows the rollouts that are under way to their ends'),
    UNLOCK: optional(unlockText),
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  load: async () => (await import('./commands/environments/deploy.ts')).deploy,
})

await runIfMain(import.meta, deploy)
