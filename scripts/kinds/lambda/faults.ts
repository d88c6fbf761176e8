import { phasesIn } from '../../strategy/parse-strategy.ts'
import { lasts } from '../../strategy/phases.ts'
import { unwatchedFaults } from '../../strategy/watch.ts'
import { eventSourceFaults } from './event-sources.ts'
import type { FunctionSettings } from './settings.ts'

/** Faults across fields of a function's settings. */
export function functionFaults(settings: FunctionSettings): string[] {
  return [
    ...networkFaults(settings),
    ...alarmFaults(settings),
    ...loggingFaults(settings),
    ...concurrencyFaults(settings),
    ...eventSourceFaults(settings.eventSources ?? {}),
    ...triggerFaults(settings),
  ]
}

function networkFaults({ inNetwork, subnets, securityGroups }: FunctionSettings): string[] {
  if (inNetwork) return []
  return Object.entries({ subnets, securityGroups })
    .filter(([, ids]) => ids !== undefined)
    .map(([name]) => `${name}: only a function in a network has any: set inNetwork to true`)
}

function alarmFaults({ alarms, strategy, watch }: FunctionSettings): string[] {
  return alarms === false ? unwatchedFaults(phasesIn(strategy), watch.alarms) : []
}

function loggingFaults({ logging }: FunctionSettings): string[] {
  if (logging === undefined || logging.format === 'JSON') return []
  const { applicationLogLevel, systemLogLevel } = logging
  return Object.entries({ applicationLogLevel, systemLogLevel })
    .filter(([, level]) => level !== undefined)
    .map(([name]) => `logging.${name}: only logs in JSON have levels: set logging.format to JSON`)
}

function concurrencyFaults({
  provisionedConcurrency,
  reservedConcurrency,
  strategy,
  smoke,
}: FunctionSettings): string[] {
  if (provisionedConcurrency === undefined) return []
  const faults = []
  if (reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency)
    faults.push(
      `provisionedConcurrency: is ${provisionedConcurrency}, more than reservedConcurrency, which is ${reservedConcurrency}`,
    )
  // Lambda refuses weights on an alias with provisioned concurrency, and shifts it by weights of its own.
  if (lasts(phasesIn(strategy)))
    faults.push(
      'provisionedConcurrency: Lambda takes no weights on an alias that has it, so a rollout has no phases: use the strategy AllAtOnce',
    )
  if (smoke !== undefined)
    faults.push(
      "smoke: its rollout watches the weights of the alias, and with provisionedConcurrency those are Lambda's own: leave one of them out",
    )
  return faults
}

/** A schedule and an event source become resources whose names must differ. */
function triggerFaults({ schedules = {}, eventSources = {} }: FunctionSettings): string[] {
  return Object.keys(schedules)
    .filter(name => Object.hasOwn(eventSources, name))
    .map(name => `schedules.${name}: is already the name of an event source`)
}
