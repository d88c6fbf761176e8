import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required } from './cli/options/texts.ts'

/** `make pin`. */
export const pin = command({
  name: 'pin',
  summary:
    'Sets the release that an environment should run: one file, one commit, pushed to the release branch.',
  examples: ['ENV=staging TAG=service-a-v1.1.0', 'ENV=prod FROM=staging', 'ENV=prod PREVIOUS=service-a'],
  options: {
    ENV: required('The environment, as in staging'),
    TAG: optional('The release, as in service-a-v1.1.0'),
    PREVIOUS: optional('Instead of TAG, a service: pins the release that was pinned before the current one'),
    COMMIT: optional(
      'With PREVIOUS: go back from the release pinned at this commit, so that a second run changes nothing. An argument, not from the environment',
    ),
    FROM: optional(
      'Instead of TAG, an environment: pins, in one commit, the combination that was verified there',
    ),
    SERVICE: optional('With FROM: these services alone; all that are pinned there by default'),
    UNVERIFIED: optional(
      'Why to pin a release that the environment before has not verified; kept in the commit',
    ),
    ALLOW_OLDER: optional('1: allow a release older than the pinned one; PREVIOUS implies it'),
    PR: optional('1: push a branch for a pull request instead, for a protected release branch'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/environments/pin.ts')).pin,
})

await runIfMain(import.meta, pin)
