import { z } from 'zod'
import { formerRevision } from '../former.ts'

/** The schema of what an ECS service's stack outputs. */
export const ecsApplied = z.preprocess(
  formerRevision('taskDefinition'),
  z.object({
    kind: z.literal('ecs-service'),
    tag: z.string(),
    /** The ARN of the registered task definition. */
    revision: z.string(),
    cluster: z.string(),
    serviceName: z.string(),
    /** The container that runs the release; every container if an earlier Waybill did not name it. */
    container: z.string().optional(),
  }),
)

/** What was applied for an ECS service. */
export type EcsApplied = z.output<typeof ecsApplied>
