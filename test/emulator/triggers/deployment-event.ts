import { randomUUID } from 'node:crypto'
import { ownerOf } from '../ecs/revision.ts'
import type { EcsService } from '../ecs/state.ts'
import type { BusEvent } from '../events/pattern.ts'

/** What became of a deployment of ECS. */
export type DeploymentNews = {
  readonly eventName:
    | 'SERVICE_DEPLOYMENT_IN_PROGRESS'
    | 'SERVICE_DEPLOYMENT_COMPLETED'
    | 'SERVICE_DEPLOYMENT_FAILED'
  readonly deploymentId: string
  readonly reason: string
  readonly at: number
}

/** The event of a deployment (Amazon ECS developer guide, "Amazon ECS service deployment state change events"). */
export function deploymentEvent(service: EcsService, news: DeploymentNews): BusEvent {
  const { eventName, deploymentId, reason, at } = news
  const time = new Date(at).toISOString()
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Deployment State Change',
    source: 'aws.ecs',
    ...ownerOf(service),
    time,
    resources: [service.arn],
    detail: {
      eventType: eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO',
      eventName,
      deploymentId,
      updatedAt: time,
      reason,
    },
  }
}
