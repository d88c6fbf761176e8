import { z } from 'zod'
import { formerRevision } from '../former.ts'

/** What an ECS service's stack puts out. */
export const serviceApplied = z.preprocess(
  formerRevision('taskDefinition'),
  z.object({
    kind: z.literal('ecs-service'),
    tag: z.string(),
    /** The ARN of the task definition that was registered. */
    revision: z.string(),
    cluster: z.string(),
    serviceName: z.string(),
    /** The container that runs the release; every one where an earlier Waybill did not say. */
    container: z.string().optional(),
  }),
)

/** What was applied for an ECS service. */
export type ServiceApplied = z.output<typeof serviceApplied>
