import { z } from 'zod'
import { readInput } from './input.ts'
import type { LambdaCall } from './state.ts'
import { findFunction } from './state.ts'

const concurrencySchema = z.object({ ReservedConcurrentExecutions: z.number().int().min(0) })
const tagsSchema = z.object({ Tags: z.record(z.string().min(1).max(128), z.string().max(256)) })

/** PutFunctionConcurrency. */
export function putFunctionConcurrency(call: LambdaCall): object {
  const { ReservedConcurrentExecutions } = readInput(concurrencySchema, call.input)
  findFunction(call).reservedConcurrency = ReservedConcurrentExecutions
  return { ReservedConcurrentExecutions }
}

/** GetFunctionConcurrency: an empty object when nothing is reserved. */
export function getFunctionConcurrency(call: LambdaCall): object {
  const { reservedConcurrency } = findFunction(call)
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }
}

/** DeleteFunctionConcurrency. */
export function deleteFunctionConcurrency(call: LambdaCall): undefined {
  delete findFunction(call).reservedConcurrency
}

/** TagResource. */
export function tagResource(call: LambdaCall): undefined {
  const { Tags } = readInput(tagsSchema, call.input)
  const { tags } = findFunction(call)
  for (const [key, value] of Object.entries(Tags)) tags.set(key, value)
}

/** UntagResource. */
export function untagResource(call: LambdaCall): undefined {
  const { tags } = findFunction(call)
  for (const key of call.query.getAll('tagKeys')) tags.delete(key)
}

/** ListTags. */
export function listTags(call: LambdaCall): object {
  return { Tags: Object.fromEntries(findFunction(call).tags) }
}
