import { type CloudWatch, connectCloudWatch } from '../../aws/io/cloudwatch.ts'
import type { Metric, PeriodSum } from '../../aws/metric.ts'
import { type Attempt, attemptAsync, unwrap } from '../../base/attempt.ts'
import { rolloutPlan, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import type { Arm } from '../../kinds/io/mover.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import type { ServiceName } from '../../names/service-name.ts'
import type { Planned } from '../../plan/io/plan-targets.ts'
import type { Session } from '../../plan/io/session.ts'
import type { RolloutPlan } from '../../strategy/plan.ts'
import type { UsualTraffic } from '../detection.ts'
import { hasOutlook, type Outlook, outlookOf } from '../outlook.ts'

/**
 * Reads from last week's traffic what the phases of planned rollouts can detect, for services whose platform can divide
 * traffic. All questions to CloudWatch are one call. Never throws because one of them has no answer.
 */
export async function readOutlooks(
  { settings, pinned, project: { clock } }: Session,
  planned: readonly Planned[],
): Promise<ReadonlyMap<ServiceName, Outlook>> {
  const movers = connectMovers(settings, clock)
  const found = await Promise.all(
    planned.map(async ({ target, summary: { view } }): Promise<Asked[]> => {
      const config = pinned.services.get(target.service) as ServiceConfig
      const plan = rolloutPlan(config, target, pinned.environment, serviceJsonSource(target.service))
      const { shifting } = hasOutlook(plan) ? await movers(config.kind) : {}
      if (shifting === undefined) return []
      const arms = await attemptAsync(async () =>
        view.before === undefined ? [] : await shifting.whole(unwrap(view.before)),
      )
      return [{ service: target.service, plan, arms }]
    }),
  )
  const asked = found.flat()
  let cloudwatch: Promise<CloudWatch> | undefined
  const outlooks = asked.map(async ({ service, plan, arms }): Promise<[ServiceName, Outlook]> => {
    const usual = await attemptAsync(async () => {
      const read = unwrap(arms)
      if (read.length === 0) return undefined
      // All ask at the same moment, so there is nothing to wait for.
      cloudwatch ??= connectCloudWatch(settings, clock, { gatherMs: 0 })
      return await readUsualTraffic(await cloudwatch, read, clock.date())
    })
    return [service, outlookOf(plan, usual)]
  })
  return new Map(await Promise.all(outlooks))
}

/** The arms of a service whose traffic of last week is asked for; none where nothing runs yet. */
type Asked = {
  readonly service: ServiceName
  readonly plan: RolloutPlan
  readonly arms: Attempt<readonly Arm[]>
}

const [minuteMs, hourMs] = [60_000, 60 * 60_000]
const weekMs = 7 * 24 * hourMs

/** The traffic of the last week, or since the first request in it; undefined if there was none. */
async function readUsualTraffic(
  cloudwatch: CloudWatch,
  arms: readonly Arm[],
  now: Date,
): Promise<UsualTraffic | undefined> {
  // Whole hours, which is how CloudWatch adds them up.
  const until = new Date(Math.ceil(now.getTime() / hourMs) * hourMs)
  const since = new Date(until.getTime() - weekMs)
  const sums = (metric: Metric) => cloudwatch.sums(metric, since, until, hourMs / minuteMs)
  const [requests, errors] = await Promise.all([
    Promise.all(arms.map(arm => sums(arm.requests))),
    Promise.all(arms.map(arm => sums(arm.errors))),
  ])
  const hours = requests.flat()
  const all = total(hours)
  if (all === 0) return undefined
  const first = Math.min(...hours.map(({ at }) => at.getTime()))
  const minutes = Math.max(1, (now.getTime() - first) / minuteMs)
  return { requestsPerMinute: all / minutes, errorRate: Math.min(1, total(errors.flat()) / all) }
}

function total(sums: readonly PeriodSum[]): number {
  return sums.reduce((sum, one) => sum + one.sum, 0)
}
