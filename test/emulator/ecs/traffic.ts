import { type BalancerState, forwardTo } from '../elasticloadbalancing/state.ts'
import type { Weights } from './stages.ts'
import type { EcsService } from './state.ts'

/** Which of a service's two sets of target groups a deployment's tasks are in: ECS alternates them. */
export type Side = 'main' | 'alternate'

/** The other set of target groups. */
export function otherSide(side: Side): Side {
  return side === 'main' ? 'alternate' : 'main'
}

/** The target groups of one side. */
export function groupsOf({ settings }: EcsService, side: Side): string[] {
  return (settings.loadBalancers ?? []).flatMap(({ targetGroupArn, advancedConfiguration }) => {
    const group = side === 'main' ? targetGroupArn : advancedConfiguration?.alternateTargetGroupArn
    return group === undefined ? [] : [group]
  })
}

/**
 * Writes a service's listener rules: so much of the traffic goes to one side, and the rest to the other. What somebody
 * else wrote into a rule lasts until then. Rules that this emulator does not hold are passed over.
 */
export function direct(
  balancers: BalancerState,
  service: EcsService,
  to: Side,
  weights: Partial<Weights>,
): void {
  for (const { targetGroupArn: main, advancedConfiguration: advanced } of service.settings.loadBalancers ??
    []) {
    const { alternateTargetGroupArn: alternate, productionListenerRule, testListenerRule } = advanced ?? {}
    if (main === undefined || alternate === undefined) continue
    const write = (rule: string | undefined, share: number | undefined) => {
      if (rule === undefined || share === undefined) return
      // Weights are whole numbers (Elastic Load Balancing API reference, TargetGroupTuple), and shares tenths of a percent.
      const [given, rest] = Number.isInteger(share)
        ? [share, 100 - share]
        : [share * 10, 1000 - share * 10].map(Math.round)
      const byGroup =
        to === 'main' ? { [main]: given, [alternate]: rest } : { [main]: rest, [alternate]: given }
      forwardTo(balancers, rule, byGroup as Record<string, number>)
    }
    write(productionListenerRule, weights.production)
    write(testListenerRule, weights.test)
  }
}
