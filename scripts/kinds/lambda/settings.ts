import { z } from 'zod'
import { criteriaSchema } from '../../strategy/criteria.ts'
import { phasesIn, strategyText } from '../../strategy/parse-strategy.ts'
import { allAtOnceName } from '../../strategy/phases.ts'
import type { RolloutPlan } from '../../strategy/plan.ts'
import { callCheck } from '../../strategy/smoke.ts'
import { alarmsToWatch, watchedAlarms } from '../../strategy/watch.ts'
import { alarmLimit, alarmSettings, commonSettings } from '../settings.ts'
import { eventSources, failureTarget } from './event-sources.ts'
import { functionUrl } from './function-url.ts'
import { schedules } from './schedules.ts'

// AWS Lambda API reference, LoggingConfig.
const logging = z.strictObject({
  format: z.enum(['Text', 'JSON']).default('Text'),
  applicationLogLevel: z
    .enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'])
    .optional()
    .describe('The least that the code logs; only as JSON'),
  systemLogLevel: z
    .enum(['DEBUG', 'INFO', 'WARN'])
    .optional()
    .describe('The least that Lambda logs; only as JSON'),
})

/** The settings that both kinds of functions share. */
export const lambdaSettings = {
  ...commonSettings,
  name: z
    .string()
    // AWS Lambda API reference, CreateFunction, FunctionName.
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the name of a function: letters, digits, - and _')
    .optional()
    .describe(
      'What the function is called in AWS, where it was there before; <service>-<environment> by default',
    ),
  memory: z.number().int().min(128).max(10_240).default(256).describe('MiB'),
  timeout: z.number().int().min(1).max(900).default(30).describe('Seconds'),
  reservedConcurrency: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('How many instances may run at once; no limit by default'),
  provisionedConcurrency: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How many instances of the live version are kept ready; none by default'),
  ephemeralStorage: z.number().int().min(512).max(10_240).optional().describe('MiB in /tmp; 512 by default'),
  deadLetterTargetArn: failureTarget
    .optional()
    .describe('The SQS queue or SNS topic for asynchronous calls that it failed on'),
  logging: logging.optional().describe('How it logs; as text by default'),
  functionUrl: functionUrl.optional().describe('A URL of its own, for the live version'),
  schedules: schedules.optional().describe('When the live version is called, by name'),
  eventSources: eventSources.optional().describe('What calls the live version, by name'),
  inNetwork: z.boolean().default(false).describe('Whether it runs in the network of its environment'),
  tracing: z
    .enum(['Active', 'PassThrough'])
    .optional()
    .describe('How X-Ray traces it: each sampled request, or only those that are traced already'),
  alarms: alarmSettings({
    errors: alarmLimit.default(5).describe('Per minute'),
    throttles: alarmLimit.default(5).describe('Per minute'),
    latencyMs: alarmLimit.optional().describe('99th percentile; 80 % of the timeout by default'),
  }),
  strategy: strategyText.default(allAtOnceName),
  criteria: criteriaSchema.prefault({}).describe('When a rollout goes back'),
  smoke: callCheck.optional().describe('A call of the new version before it gets traffic'),
  watch: watchedAlarms,
}

/** The settings of any function. */
export type FunctionSettings = z.output<z.ZodObject<typeof lambdaSettings>>

/** The settings of a function's rollouts. */
export type RolloutSettings = z.output<
  z.ZodObject<Pick<typeof lambdaSettings, 'strategy' | 'criteria' | 'smoke' | 'watch' | 'alarms'>>
>

/** How a function with these settings is rolled out; `own` are the names of its own alarms, if it has any. */
export function functionRollout(
  { strategy, criteria, smoke, watch, alarms }: RolloutSettings,
  own: readonly string[],
): RolloutPlan {
  const watched = alarmsToWatch(watch, alarms === false ? [] : own)
  return { phases: phasesIn(strategy), criteria, smoke, alarms: watched }
}
