import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in staging', isRequired: true },
  SERVICE: { type: 'services', text: 'The service, or several, comma-separated; all pinned ones by default' },
  PLAN: {
    type: 'text',
    text: 'An approved plan that make plan OUT=… saved: a file, or s3://… in the state bucket',
  },
  PLAN_SHA256: { type: 'sha256', text: 'The SHA-256 of the approved plan' },
  ADOPT: { type: 'flag', text: '1: takes over what exists already and is not in the state' },
  ALLOW_REPLACE: { type: 'addresses' },
  WAIT: {
    type: 'duration',
    text: 'How long a rollout may take, such as 30m; by default 15m longer than its strategy takes',
  },
  ON_STOP: {
    type: 'onStop',
    text: 'What Ctrl-C does to a rollout in phases: sends the traffic back, or holds it where it is',
  },
  DETACH: {
    type: 'flag',
    text: 'Begins the rollouts and returns; the guardian of the environment makes their steps',
  },
  FOLLOW: { type: 'flag', text: 'Deploys nothing: follows the rollouts that are under way to their ends' },
  UNLOCK: { type: 'lock' },
} satisfies Options

/** The values of its options. */
export type DeployOptions = Given<typeof options>

/** `make deploy`. */
export const deploy: Command = {
  name: 'deploy',
  summary:
    'Deploys what is pinned in an environment: plans, applies exactly that plan, and sends the traffic to what was applied.',
  examples: ['ENV=staging SERVICE=service-a'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  // An approved plan is of a synth that was, and rollouts under way need none.
  ahead: async ({ PLAN, FOLLOW }: DeployOptions, environment) =>
    PLAN === undefined && !FOLLOW ? (await import('./stack/io/synth.ts')).startAhead(environment) : undefined,
  load: async () => (await import('./commands/environments/deploy.ts')).deploy,
}

await runIfMain(import.meta, deploy)
