import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ACCOUNT: { type: 'line', text: 'The AWS account of the artifacts, and of environments that name none' },
  REGION: { type: 'line', text: 'The AWS region, as in eu-central-1' },
  ENVIRONMENTS: {
    type: 'line',
    text: 'The environments, as in staging:222222222222,prod:333333333333; the first one follows every release',
  },
  REPOSITORY: {
    type: 'line',
    text: 'The repository on GitHub, as in acme/parcels; that of the remote by default',
  },
  OWNERS: { type: 'line', text: 'Who approves changes of what production runs, as in @acme/platform' },
  SERVICES: {
    type: 'line',
    text: 'The services that get a service.json: all, none, or names, each with its kind if it is another, as in api,worker:lambda-image',
  },
  GUARDIAN: {
    type: 'flag',
    text: 'Makes the guardian, which ends a rollout that nobody else ends, a service of the repository',
  },
} satisfies Options

/** The values of its options. */
export type InitOptions = Given<typeof options>

/** `npx waybill init`. */
export const init: Command = {
  name: 'init',
  summary:
    'Sets up a repository for Waybill: environments.json, workflows, code owners, make targets, and a service.json for each service. Overwrites nothing.',
  examples: ['ACCOUNT=111111111111 REGION=eu-central-1 SERVICES=all', ''],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/repository/init.ts')).init,
}

await runIfMain(import.meta, init)
