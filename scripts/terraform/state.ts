import { z } from 'zod'
import { parseJson } from '../base/parse-json.ts'
import { type Applied, parseApplied } from '../kinds/applied.ts'
import { stateSource } from './state-bucket.ts'

const state = z.looseObject({
  outputs: z.looseObject({ applied: z.looseObject({ value: z.unknown() }).optional() }).optional(),
})

/** What was applied, from the text of a state in a bucket; undefined if nothing is. */
export function appliedInState(
  text: string,
  { bucket, key }: { bucket: string; key: string },
): Applied | undefined {
  const { outputs } = parseJson(text, state, stateSource(bucket, key))
  return outputs?.applied === undefined ? undefined : parseApplied(outputs.applied.value)
}
