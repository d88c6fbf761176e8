import type { z } from 'zod'
import type { deploymentConfigurationSchema } from './service-input.ts'

/** How a service is deployed. */
export type Configuration = z.output<typeof deploymentConfigurationSchema>

/** Where a deployment is (Amazon ECS API reference, ServiceDeployment, lifecycleStage). */
export type Stage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP'

/** The percentages of both kinds of traffic that the new revision is to get. */
export type Weights = { production: number; test: number }

/** A stage at one time of a deployment: the traffic that it shifts when it begins, and how long it lasts. */
export type Step = { stage: Stage; lastsMs: number; traffic?: Partial<Weights> }

/** What a deployment's steps depend on besides its configuration. */
export type Circumstances = {
  scaleUpMs: number
  /** Nothing ran before, so there is no traffic to shift step by step. */
  isFirst: boolean
  /** A deployment that was not over yet is replaced. */
  isReplacing: boolean
}

const minuteMs = 60_000

/**
 * All steps of a deployment, in order. Bake times come right after the shift that they are for, so that a hook before
 * the next shift is reached when they are over; the last shift has the bake time of the deployment. The documentation
 * does not say what a service's first deployment does with its strategy: here it takes all traffic at once.
 */
export function stepsOf(configuration: Configuration, circumstances: Circumstances): Step[] {
  const { scaleUpMs, isFirst, isReplacing } = circumstances
  const bakeMs = (isFirst ? 0 : (configuration.bakeTimeInMinutes ?? 0)) * minuteMs
  return [
    ...(isReplacing ? [at('RECONCILE_SERVICE')] : []),
    at('PRE_SCALE_UP'),
    at('SCALE_UP', scaleUpMs),
    at('POST_SCALE_UP'),
    ...(isShifting(configuration) ? shiftSteps(configuration, isFirst) : []),
    at('BAKE_TIME', bakeMs),
    at('CLEAN_UP'),
  ]
}

/** The steps back to what ran before: its tasks run or are started again, and the others end. */
export function stepsBack(scaleUpMs: number): Step[] {
  return [at('SCALE_UP', scaleUpMs), at('CLEAN_UP')]
}

/** Whether a deployment shifts traffic between two sets of tasks, and does not replace them one by one. */
export function isShifting({ strategy }: Configuration): boolean {
  return strategy !== undefined && strategy !== 'ROLLING'
}

function shiftSteps(configuration: Configuration, isFirst: boolean): Step[] {
  const { shares, bakeMinutes } = isFirst ? { shares: [100], bakeMinutes: 0 } : sharesOf(configuration)
  const shifts = shares.flatMap((production, index): Step[] => {
    const isLast = index === shares.length - 1
    const shift = at('PRODUCTION_TRAFFIC_SHIFT', isLast ? 0 : bakeMinutes * minuteMs)
    return [at('PRE_PRODUCTION_TRAFFIC_SHIFT'), { ...shift, traffic: { production } }]
  })
  return [
    { ...at('TEST_TRAFFIC_SHIFT'), traffic: { test: 100 } },
    at('POST_TEST_TRAFFIC_SHIFT'),
    ...shifts,
    at('POST_PRODUCTION_TRAFFIC_SHIFT'),
  ]
}

/** The shares that the new revision gets one after the other, and the minutes between them. */
function sharesOf({ strategy, canaryConfiguration, linearConfiguration }: Configuration) {
  if (strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes: bakeMinutes = 10 } = canaryConfiguration ?? {}
    return { shares: canaryPercent < 100 ? [canaryPercent, 100] : [100], bakeMinutes }
  }
  if (strategy !== 'LINEAR') return { shares: [100], bakeMinutes: 0 }
  const { stepPercent = 10, stepBakeTimeInMinutes: bakeMinutes = 6 } = linearConfiguration ?? {}
  // A tolerance, since 100 / 33.3 and the like are not exact.
  const count = Math.ceil(100 / stepPercent - 1e-9)
  const shares = Array.from({ length: count }, (_, index) =>
    Math.min(100, Math.round((index + 1) * stepPercent * 10) / 10),
  )
  return { shares, bakeMinutes }
}

function at(stage: Stage, lastsMs = 0): Step {
  return { stage, lastsMs }
}
