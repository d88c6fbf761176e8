import { z } from 'zod'

// Amazon ECS API reference, CapacityProviderStrategyItem.
const item = z.strictObject({
  base: z.number().int().min(0).max(100_000).default(0).describe('The first tasks, which all run there'),
  weight: z.number().int().min(0).max(1000).default(1).describe('Its share of all other tasks'),
})

/** What tasks run on: Fargate, Fargate Spot, or both. */
export const capacityProviderStrategy = z.strictObject({
  FARGATE: item.optional(),
  FARGATE_SPOT: item.optional(),
})

/** What tasks run on, as parsed. */
export type Capacity = z.output<typeof capacityProviderStrategy>

/** The capacity providers of a strategy, with the names that AWS gives them. */
export function providersOf(capacity: Capacity) {
  return (['FARGATE', 'FARGATE_SPOT'] as const).flatMap(capacityProvider => {
    const one = capacity[capacityProvider]
    return one === undefined ? [] : [{ capacityProvider, ...one }]
  })
}

/** Faults across capacity providers, which ECS refuses. */
export function capacityFaults(capacity: Capacity | undefined): string[] {
  if (capacity === undefined) return []
  const all = providersOf(capacity)
  if (all.length === 0) return ['capacityProviderStrategy: must name FARGATE, FARGATE_SPOT or both']
  const bad = []
  if (all.every(({ weight }) => weight === 0))
    bad.push('capacityProviderStrategy: one weight at least must be more than 0')
  if (all.filter(({ base }) => base > 0).length > 1)
    bad.push('capacityProviderStrategy: only one of them can have a base')
  return bad
}
