import { stackId, type Target } from '../../names/target.ts'
import type { NameUsed, Part, Surroundings } from '../kind.ts'
import { clashOf, inRegion, roleUsed } from '../names.ts'

/** The aliases of a function in an environment: the one that is called, and the one for what was verified, which no rollout moves yet. */
export function aliasNames(environment: string): { readonly live: string; readonly stable: string } {
  const live = environment.toUpperCase()
  return { live, stable: `${live}_STABLE` }
}

/** What a function is called in AWS: by its settings where it was there before, or after its stack. */
export function functionName(target: Target, { name }: Part): string {
  return typeof name === 'string' ? name : stackId(target)
}

/** The setting that says what a function is called, if not after its stack. */
export function functionPlace({ name }: Part): Part | undefined {
  return name === undefined ? undefined : { name }
}

/** Where a function logs. */
export function functionLog(functionName: string): string {
  return `/aws/lambda/${functionName}`
}

/** The names of what belongs to a function, which are after its stack whatever the function itself is called. */
export function functionNames(target: Target) {
  const name = stackId(target)
  return {
    role: name,
    /** The role that schedules call it with. */
    schedulerRole: `${name}-scheduler`,
    alarms: { errors: `${name}-errors`, throttles: `${name}-throttles`, latency: `${name}-latency` },
  } as const
}

// AWS Lambda API reference, CreateFunction and CreateAlias.
const longest = { function: 64, alias: 128 } as const

/** What a schedule or a rule that calls a function is called. */
export function triggerName(target: Target, name: string): string {
  return `${stackId(target)}-${name}`
}

// EventBridge API reference, PutRule; EventBridge Scheduler API reference, CreateSchedule.
const longestTrigger = 64

function triggersUsed(target: Target, given: Part, environment: Surroundings): NameUsed[] {
  const { schedules, eventSources } = given
  const within = inRegion(environment)
  return [
    ...keysOf(schedules).map(name => ({ what: 'the schedule', name })),
    ...keysOf(eventSources).map(name => ({ what: 'the rule', name })),
  ].map(({ what, name }) => ({ what, name: triggerName(target, name), longest: longestTrigger, within }))
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

/** Every name that a function uses. */
export function functionNamesUsed(target: Target, given: Part, environment: Surroundings): NameUsed[] {
  const names = functionNames(target)
  const region = inRegion(environment)
  return [
    {
      what: 'the function',
      name: functionName(target, given),
      longest: longest.function,
      within: region,
      ...clashOf(given.name),
    },
    roleUsed(names.role, environment),
    ...(keysOf(given.schedules).length === 0 ? [] : [roleUsed(names.schedulerRole, environment)]),
    ...triggersUsed(target, given, environment),
    // An alias belongs to its function.
    { what: 'the alias', name: aliasNames(target.environment).stable, longest: longest.alias },
  ]
}
