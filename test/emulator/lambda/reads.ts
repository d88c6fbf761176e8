import { pageOf } from '../protocol/json-input.ts'
import { invalidValue } from './errors.ts'
import { printAlias, printCode, printVersion } from './print.ts'
import type { LambdaCall } from './state.ts'
import { findFunction, findVersion, functionArn } from './state.ts'

/** GetFunction: a version's configuration and code, the function's tags and concurrency. */
export function getFunction(call: LambdaCall): object {
  const target = findFunction(call)
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
  const target = findFunction(call)
  return printVersion(call.state, target, findVersion(target, call.qualifier))
}

/** ListFunctions: `$LATEST` of each, or every version with `FunctionVersion=ALL`. */
export function listFunctions(call: LambdaCall): object {
  const prefix = functionArn(call.identity, '')
  const own = [...call.state.functions.values()].filter(target => target.arn.startsWith(prefix))
  const all = call.query.get('FunctionVersion') === 'ALL'
  const versions = own.flatMap(target =>
    [target.latest, ...(all ? target.published.values() : [])].map(version =>
      printVersion(call.state, target, version),
    ),
  )
  return listed('Functions', versions, call)
}

/** ListVersionsByFunction, `$LATEST` first. */
export function listVersionsByFunction(call: LambdaCall): object {
  const target = findFunction(call)
  const versions = [target.latest, ...target.published.values()]
  return listed(
    'Versions',
    versions.map(version => printVersion(call.state, target, version)),
    call,
  )
}

/** ListAliases, of one version when asked. */
export function listAliases(call: LambdaCall): object {
  const target = findFunction(call)
  const version = call.query.get('FunctionVersion')
  const aliases = [...target.aliases.values()].filter(
    alias => version === null || alias.version === version || alias.additional?.version === version,
  )
  return listed('Aliases', aliases.map(printAlias), call)
}

/** One page: 50 entries at most (Lambda API reference, MaxItems). */
function listed(name: string, items: object[], { query }: LambdaCall): object {
  const size = Math.min(Number(query.get('MaxItems') ?? 50), 50)
  if (!Number.isInteger(size) || size < 1) throw invalidValue('MaxItems must be from 1 to 10000')
  const { page, next } = pageOf(items, { token: query.get('Marker') ?? undefined, size }, invalidValue)
  return { [name]: page, ...(next === undefined ? {} : { NextMarker: next }) }
}
