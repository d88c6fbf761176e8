import { z } from 'zod'
import type { S3 } from '../../aws/io/s3.ts'
import { parseJson } from '../../base/parse-json.ts'
import { type Applied, parseApplied } from '../../kinds/applied.ts'
import { stateSource } from '../state-bucket.ts'

const state = z.looseObject({
  resources: z.array(z.looseObject({ mode: z.string() })).default([]),
  outputs: z.looseObject({ applied: z.looseObject({ value: z.unknown() }).optional() }).default({}),
})

/** What Waybill reads of a state without Terraform. */
type State = z.output<typeof state>

/** Reads a state from its bucket; undefined if there is none. */
export async function readState(s3: S3, key: string): Promise<State | undefined> {
  const text = await s3.read(key)
  if (text === undefined) return undefined
  return parseJson(text, state, stateSource(s3.bucket, key))
}

/** Reads what a stack has applied, from its state; undefined if nothing is applied. */
export async function readApplied(s3: S3, key: string): Promise<Applied | undefined> {
  const output = (await readState(s3, key))?.outputs.applied
  return output && parseApplied(output.value)
}
