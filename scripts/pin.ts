import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: { type: 'environment', text: 'The environment, as in staging', isRequired: true },
  TAG: { type: 'tag', text: 'The release, as in service-a-v1.1.0' },
  PREVIOUS: {
    type: 'services',
    text: 'Instead of TAG, a service: pins the release that was pinned before the current one',
  },
  COMMIT: {
    type: 'text',
    text: 'With PREVIOUS: go back from the release pinned at this commit, so that a second run changes nothing. An argument, not from the environment',
  },
  FROM: {
    type: 'environment',
    text: 'Instead of TAG, an environment: pins, in one commit, the combination that was verified there',
  },
  SERVICE: {
    type: 'services',
    text: 'With FROM: these services alone; all that are pinned there by default',
  },
  UNVERIFIED: {
    type: 'line',
    text: 'Why to pin a release that the environment before has not verified; kept in the commit',
  },
  ALLOW_OLDER: { type: 'flag', text: '1: allow a release older than the pinned one; PREVIOUS implies it' },
  PR: { type: 'flag', text: '1: push a branch for a pull request instead, for a protected release branch' },
} satisfies Options

/** The values of its options. */
export type PinOptions = Given<typeof options>

/** `make pin`. */
export const pin: Command = {
  name: 'pin',
  summary:
    'Sets the release that an environment should run: one file, one commit, pushed to the release branch.',
  examples: ['ENV=staging TAG=service-a-v1.1.0', 'ENV=prod FROM=staging', 'ENV=prod PREVIOUS=service-a'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/pin.ts')).pin,
}

await runIfMain(import.meta, pin)
