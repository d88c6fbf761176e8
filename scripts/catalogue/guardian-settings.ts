import { z } from 'zod'
import { isServiceName, type ServiceName } from '../names/service-name.ts'

/** The schema of an environment's guardian. */
export const guardianSettings = z
  .strictObject({
    service: z
      .string()
      .refine(isServiceName, 'must be the name of a service of this repository')
      .default('guardian' as ServiceName)
      .describe('The service of this repository that is the guardian here'),
    minutes: z
      .number()
      .int()
      .min(1)
      .max(24 * 60)
      .default(30)
      .describe('How long after a rollout an alarm still sends the traffic back'),
    steps: z
      .literal('guardian')
      .optional()
      .describe('guardian: once a minute it also makes the steps forward, so that a rollout needs no runner'),
  })
  .describe('The function that brings a rollout to an end when nobody else does')

/** The guardian of an environment. */
export type GuardianSettings = z.output<typeof guardianSettings>
