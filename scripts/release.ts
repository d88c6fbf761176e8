import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'
import { optional, required } from './cli/options/texts.ts'

/** `make release`. */
export const release = command({
  name: 'release',
  summary:
    'Checks every precondition of a release, then makes the annotated tag <service>-v<version> and pushes it.',
  examples: ['SERVICE=service-a VERSION=1.1.0'],
  options: {
    SERVICE: required('The service, or several, comma-separated'),
    VERSION: required(
      'The version, as in 1.1.0, or patch, minor, major for the next one after the last final version that the commit contains',
    ),
    COMMIT: optional(
      "The commit, as an argument, not from the environment; the remote release branch's head when left out",
    ),
    ALLOW_OLDER: optional(
      '1: allow a version lower than the last one, or a commit that does not contain that release, for a patch of an older line',
    ),
    WAIT: optional('How long to wait for a build that is still running, as in 10m'),
  },
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/release.ts')).release,
})

await runIfMain(import.meta, release)
