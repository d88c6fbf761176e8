import { concurrencySchema, readInput, tagSchema, untagSchema } from './input.ts'
import type { LambdaCall } from './state.ts'
import { findFunction } from './state.ts'

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
  const { Tags } = readInput(tagSchema, call.input)
  const { tags } = findFunction(call)
  for (const [key, value] of Object.entries(Tags)) tags.set(key, value)
}

/** UntagResource. */
export function untagResource(call: LambdaCall): undefined {
  const keys = call.query.getAll('tagKeys')
  const { tagKeys } = readInput(untagSchema, keys.length === 0 ? {} : { tagKeys: keys })
  const { tags } = findFunction(call)
  for (const key of tagKeys) tags.delete(key)
}

/** ListTags. */
export function listTags(call: LambdaCall): object {
  return { Tags: Object.fromEntries(findFunction(call).tags) }
}
