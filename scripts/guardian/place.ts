import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { guardianSettings } from '../catalogue/guardian-settings.ts'
import { noticeSettings } from '../catalogue/notice-settings.ts'

const { minutes, steps } = guardianSettings.shape

const place = z.strictObject({
  environment: z.string(),
  account: z.string(),
  region: z.string(),
  /** The bucket of the environment's ledgers. */
  ledger: z.string(),
  /** The repository on GitHub, where environments.json names it. */
  repository: z.string().optional(),
  cluster: z.string().optional(),
  /** The guardian's own service, which it does not guard. */
  service: z.string(),
  minutes,
  steps,
  /** Where releases are yanked, if it makes steps. */
  artifacts: z.strictObject({ bucket: z.string(), account: z.string(), region: z.string() }).optional(),
  /** Where services are that are not where their stacks' names say, by service. */
  own: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** Where it announces what it did. */
  notices: noticeSettings.optional(),
})

/** All that a guardian is told of the environment that it guards. */
export type GuardianPlace = z.output<typeof place>

/** The variable of the function that holds it, as JSON. */
export const placeVariable = 'GUARDED'

/** Prints it for that variable. */
export function printPlace(one: GuardianPlace): string {
  return JSON.stringify(one)
}

/** Reads that variable; throws with all of its faults. */
export function parsePlace(text: string): GuardianPlace {
  const remedy = 'Deploy the guardian again: its stack sets the variable.'
  return parseJson(text, place, { name: `the variable ${placeVariable}`, remedy })
}
