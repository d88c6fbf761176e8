import { z } from 'zod'
import { pageOf } from '../protocol/json-input.ts'
import { invalidValue } from './errors.ts'
import { readInput, versionSchema } from './input.ts'
import { printAlias, printCode, printVersion } from './print.ts'
import type { LambdaCall } from './state.ts'
import { findFunction, findVersion, functionArn, lookAt } from './state.ts'

const pageSchema = z.object({
  MaxItems: z.coerce.number().int().min(1).max(10_000).default(50),
  Marker: z.string().exactOptional(),
})
const listSchema = pageSchema.extend({ FunctionVersion: z.literal('ALL').exactOptional() })
const aliasesSchema = pageSchema.extend({ FunctionVersion: versionSchema.exactOptional() })

/** GetFunction: a version's configuration and code, the function's tags and concurrency. */
export function getFunction(call: LambdaCall): object {
  const target = lookAt(call)
  const version = findVersion(target, call.qualifier)
  const { tags, reservedConcurrency } = target
  return {
    Configuration: printVersion(call.state, target, version),
    Code: printCode(version, call.state.ecr.host),
    ...(tags.size > 0 ? { Tags: Object.fromEntries(tags) } : {}),
    ...(reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  }
}

/** GetFunctionConfiguration. */
export function getFunctionConfiguration(call: LambdaCall): object {
  const target = lookAt(call)
  return printVersion(call.state, target, findVersion(target, call.qualifier))
}

/** ListFunctions: `$LATEST` of each, or every version with `FunctionVersion=ALL`. */
export function listFunctions(call: LambdaCall): object {
  const query = readInput(listSchema, Object.fromEntries(call.query))
  const prefix = functionArn(call.identity, '')
  const own = [...call.state.functions.values()].filter(target => target.arn.startsWith(prefix))
  const all = query.FunctionVersion === 'ALL'
  const versions = own.flatMap(target =>
    [target.latest, ...(all ? target.published.values() : [])].map(version =>
      printVersion(call.state, target, version),
    ),
  )
  return listed('Functions', versions, query)
}

/** ListVersionsByFunction, `$LATEST` first. */
export function listVersionsByFunction(call: LambdaCall): object {
  const query = readInput(pageSchema, Object.fromEntries(call.query))
  const target = lookAt(call)
  const versions = [target.latest, ...target.published.values()]
  return listed(
    'Versions',
    versions.map(version => printVersion(call.state, target, version)),
    query,
  )
}

/** ListAliases, of one version when asked. */
export function listAliases(call: LambdaCall): object {
  const { FunctionVersion: version, ...page } = readInput(aliasesSchema, Object.fromEntries(call.query))
  const target = findFunction(call)
  const aliases = [...target.aliases.values()].filter(
    alias => version === undefined || alias.version === version || alias.additional?.version === version,
  )
  return listed('Aliases', aliases.map(printAlias), page)
}

/** One page: 50 entries at most (Lambda API reference, MaxItems). */
function listed(name: string, items: object[], { MaxItems, Marker }: z.output<typeof pageSchema>): object {
  const position = { token: Marker, size: Math.min(MaxItems, 50) }
  const { page, next } = pageOf(items, position, invalidValue)
  return { [name]: page, ...(next === undefined ? {} : { NextMarker: next }) }
}
