import { stackId, type Target } from '../../names/target.ts'
import type { NameUsed, Surroundings } from '../kind.ts'
import { inRegion, roleUsed } from '../names.ts'

/** The aliases of a function in an environment: the one that is called, and the one for what was verified, which no rollout moves yet. */
export function aliasNames(environment: string): { readonly live: string; readonly stable: string } {
  const live = environment.toUpperCase()
  return { live, stable: `${live}_STABLE` }
}

/** The names of a function's resources in AWS. */
export function functionNames(target: Target) {
  const name = stackId(target)
  return {
    function: name,
    role: name,
    logGroup: `/aws/lambda/${name}`,
    alarms: { errors: `${name}-errors`, throttles: `${name}-throttles`, latency: `${name}-latency` },
  } as const
}

// AWS Lambda API reference, CreateFunction and CreateAlias.
const longest = { function: 64, alias: 128 } as const

/** Every name that a function uses. */
export function functionNamesUsed(target: Target, environment: Surroundings): NameUsed[] {
  const names = functionNames(target)
  const region = inRegion(environment)
  return [
    { what: 'the function', name: names.function, longest: longest.function, within: region },
    roleUsed(names.role, environment),
    // An alias belongs to its function.
    { what: 'the alias', name: aliasNames(target.environment).stable, longest: longest.alias },
  ]
}
