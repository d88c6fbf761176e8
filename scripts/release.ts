import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  SERVICE: { type: 'services', text: 'The service, or several, comma-separated', isRequired: true },
  VERSION: {
    type: 'versionOrIncrement',
    text: 'The version, as in 1.1.0, or patch, minor, major for the next one after the last final version that the commit contains',
    isRequired: true,
  },
  COMMIT: {
    type: 'text',
    text: "The commit, as an argument, not from the environment; the remote release branch's head when left out",
  },
  ALLOW_OLDER: {
    type: 'flag',
    text: '1: allow a version lower than the last one, or a commit that does not contain that release, for a patch of an older line',
  },
  WAIT: { type: 'duration', text: 'How long to wait for a build that is still running, as in 10m' },
} satisfies Options

/** The values of its options. */
export type ReleaseOptions = Given<typeof options>

/** `make release`. */
export const release: Command = {
  name: 'release',
  summary:
    'Checks every precondition of a release, then makes the annotated tag <service>-v<version> and pushes it.',
  examples: ['SERVICE=service-a VERSION=1.1.0'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/releases/release.ts')).release,
}

await runIfMain(import.meta, release)
