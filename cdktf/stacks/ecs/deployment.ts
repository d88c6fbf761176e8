import { type EcsStrategy, shifts } from '../../../scripts/kinds/ecs-service/settings.ts'
import type { EcsServiceConfig } from '../../aws.ts'

type Deployment = Pick<EcsServiceConfig, 'deploymentConfiguration' | 'deploymentCircuitBreaker'>

const rolling: Deployment = {
  deploymentConfiguration: { strategy: 'ROLLING' },
  deploymentCircuitBreaker: { enable: true, rollback: true },
}

// Only the first deployment goes like this: each rollout says how it shifts.
const watched: Deployment = {
  deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '0' },
}

/**
 * How a new task definition takes over (Amazon ECS API reference, DeploymentConfiguration). The circuit breaker
 * belongs to rolling deployments; minutes are text in this version of the provider.
 */
export function deployment(strategy: EcsStrategy): Deployment {
  if (typeof strategy === 'string') return shifts(strategy) ? watched : rolling
  switch (strategy.type) {
    case 'rolling':
      return rolling
    case 'blue-green':
      return {
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: String(strategy.bakeMinutes),
        },
      }
    case 'canary':
      return {
        deploymentConfiguration: {
          strategy: 'CANARY',
          bakeTimeInMinutes: String(strategy.bakeMinutes),
          canaryConfiguration: {
            canaryPercent: strategy.percent,
            canaryBakeTimeInMinutes: String(strategy.canaryMinutes),
          },
        },
      }
    case 'linear':
      return {
        deploymentConfiguration: {
          strategy: 'LINEAR',
          bakeTimeInMinutes: String(strategy.bakeMinutes),
          linearConfiguration: {
            stepPercent: strategy.stepPercent,
            stepBakeTimeInMinutes: String(strategy.stepMinutes),
          },
        },
      }
  }
}
