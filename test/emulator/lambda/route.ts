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

/**
 * AWS chooses at random; here the choice is a low-discrepancy sequence, the multiples of the golden ratio: each version has
 * its share of any stretch of invocations, give or take one or two, in the same order with the same seed, and in no
 * step with callers of which, say, each tenth sends something bad.
 */
function chosen(alias: Alias, seed: number): string {
  const { additional, version } = alias
  alias.invocations += 1
  const place = (seed + alias.invocations * golden) % 1
  return additional && place < additional.weight ? additional.version : version
}

const golden = (Math.sqrt(5) - 1) / 2
