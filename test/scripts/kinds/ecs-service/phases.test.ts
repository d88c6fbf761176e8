import { describe, expect, it } from 'vitest'
import { phaseFaults, phasesOf } from '../../../../scripts/kinds/ecs-service/phases.ts'
import { ecsSettings } from '../../../../scripts/kinds/ecs-service/settings.ts'
import { allAtOnce, type Phases, printPhases } from '../../../../scripts/strategy/phases.ts'

describe("ECS's own objects", () => {
  it.each([
    [{ type: 'rolling' } as const, 'AllAtOnce'],
    [{ type: 'blue-green', bakeMinutes: 7 } as const, '100%/7m'],
    [{ type: 'canary', percent: 7, canaryMinutes: 10, bakeMinutes: 0 } as const, '7%/10m, 100%/0m'],
    [{ type: 'canary', percent: 7, canaryMinutes: 0, bakeMinutes: 5 } as const, '100%/5m'],
    [
      { type: 'linear', stepPercent: 30, stepMinutes: 2, bakeMinutes: 5 } as const,
      '30%/2m, 60%/2m, 90%/2m, 100%/5m',
    ],
    [{ type: 'linear', stepPercent: 50, stepMinutes: 2, bakeMinutes: 5 } as const, '50%/2m, 100%/5m'],
  ])('%j is %s', (strategy, text) => expect(printPhases(phasesOf(strategy))).toBe(text))
})

describe('phases that ECS cannot go through', () => {
  const { route } = ecsSettings.parse({ route: { priority: 1, paths: ['/'] } })
  const uneven: Phases = [
    { share: 2, minutes: 5 },
    { share: 25, minutes: 5 },
    { share: 100, minutes: 5 },
  ]

  it('are refused with an alternative', () => {
    expect(phaseFaults(uneven, { route })).toEqual([
      'strategy: 2%/5m, 25%/5m, 100%/5m takes steps of 1 %, and the smallest that AWS takes is 3 %: use 5%/5m, 25%/5m, 100%/5m',
    ])
    expect(phaseFaults(uneven, { route: undefined })).toEqual([
      'strategy: shares of the traffic need a load balancer: give it a route, or use AllAtOnce',
    ])
  })

  it('are not those without a share, or with a common step', () => {
    expect(phaseFaults(allAtOnce, { route: undefined })).toEqual([])
    expect(
      phaseFaults(phasesOf({ type: 'linear', stepPercent: 30, stepMinutes: 2, bakeMinutes: 5 }), { route }),
    ).toEqual([])
  })
})
