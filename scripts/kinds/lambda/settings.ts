import { z } from 'zod'
import { alarmLimit, commonSettings } from '../settings.ts'

/** The settings that both kinds of functions share. */
export const lambdaSettings = {
  ...commonSettings,
  memory: z.number().int().min(128).max(10_240).default(256).describe('MiB'),
  timeout: z.number().int().min(1).max(900).default(30).describe('Seconds'),
  reservedConcurrency: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('How many instances may run at once; no limit by default'),
  inNetwork: z.boolean().default(false).describe('Whether it runs in the network of its environment'),
  alarms: z
    .strictObject({
      errors: alarmLimit.default(5).describe('Per minute'),
      throttles: alarmLimit.default(5).describe('Per minute'),
      latencyMs: alarmLimit.optional().describe('99th percentile; 80 % of the timeout by default'),
    })
    .prefault({})
    .describe('The values at which its alarms go off'),
}
