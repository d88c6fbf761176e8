import type { Command, Given, Options } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

const options = {
  ENV: {
    type: 'environment',
    text: 'Check what a first deploy to this environment needs, as in staging, with credentials of its account; the artifact stores need those of theirs, so they are left out',
  },
  REMOTE: {
    type: 'flag',
    text: "1: also check the repository's set-up on GitHub, as far as GITHUB_TOKEN or GH_TOKEN can see it",
  },
} satisfies Options

/** The values of its options. */
export type DoctorOptions = Given<typeof options>

/** `make doctor`. */
export const doctor: Command = {
  name: 'doctor',
  summary:
    'Checks everything that a release, or with ENV a deploy, depends on, and says how to fix what is wrong. Writes nothing.',
  examples: ['REMOTE=1', 'ENV=staging'],
  options,
  reads: ['WAYBILL_TIMEOUT_MS'],
  load: async () => (await import('./commands/repository/doctor.ts')).doctor,
}

await runIfMain(import.meta, doctor)
