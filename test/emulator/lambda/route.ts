import { nthPlace } from '../shares.ts'
import type { Alias, FunctionVersion, LambdaCall, LambdaFunction } from './state.ts'
import { findVersion } from './state.ts'

/** The version that an invocation runs, and the alias that chose it. */
export type Route = { version: FunctionVersion; alias?: Alias }

/** Finds the version that an invocation runs; an alias with weights chooses one of its two. */
export function route({ state, qualifier }: LambdaCall, target: LambdaFunction): Route {
  const alias = target.aliases.get(qualifier ?? '')
  if (!alias) return { version: findVersion(target, qualifier) }
  return { version: findVersion(target, chosen(alias, state.routingSeed)), alias }
}

function chosen(alias: Alias, seed: number): string {
  const { additional, version } = alias
  alias.invocations += 1
  return additional && nthPlace(seed, alias.invocations) < additional.weight ? additional.version : version
}
