import { z } from 'zod'
import { lasts, type Phases } from './phases.ts'

// Amazon CloudWatch API reference, PutMetricAlarm, AlarmName. An ARN may name an alarm of another region or account, which
// nobody could read here.
const alarmName = z
  .string()
  .min(1)
  .max(255)
  .refine(
    name => !name.startsWith('arn:'),
    'must be the name of an alarm in the region of the environment, not an ARN',
  )

/** The schema of the alarms that a rollout watches besides the service's own. */
export const watchedAlarms = z
  .strictObject({
    alarms: z.array(alarmName).max(500).default([]).describe('Other alarms that end a rollout, by name'),
    ignoreRinging: z
      .array(alarmName)
      .default([])
      .describe('Alarms, its own ones included, that may ring during a rollout'),
  })
  .prefault({})
  .describe('What a rollout watches')

/** The alarms that end a rollout: `own` ones and others, without those that may ring. */
export function alarmsToWatch(
  { alarms, ignoreRinging }: z.output<typeof watchedAlarms>,
  own: readonly string[],
): string[] {
  return [...new Set([...own, ...alarms])].filter(name => !ignoreRinging.includes(name))
}

/** The fault of a rollout in phases that no alarm could end; nothing if there is one. */
export function unwatchedFaults(phases: Phases, alarms: readonly string[]): string[] {
  if (!lasts(phases) || alarms.length > 0) return []
  return [
    'alarms: without its own alarms a rollout in phases has none to watch: name others in watch.alarms, or use the strategy AllAtOnce',
  ]
}
