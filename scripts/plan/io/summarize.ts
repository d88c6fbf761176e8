import { unwrap } from '../../base/attempt.ts'
import { inputsMatcher } from '../../catalogue/inputs.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { commitsBetween } from '../../git/io/history.ts'
import { fetchMissing } from '../../git/io/remote.ts'
import { parseTag, type ReleaseTag } from '../../names/release-tag.ts'
import { compareVersions } from '../../names/version-order.ts'
import type { PinnedTarget } from '../../pin/io/pinned.ts'
import type { PlanSummary } from '../summary.ts'
import type { Session } from './session.ts'

/** Summarizes a plan: the previous release, and the commits of the service that it adds or removes. */
export async function summarize(
  session: Session,
  target: PinnedTarget,
  view: PlanSummary['view'],
): Promise<PlanSummary> {
  const from = (view.before && unwrap(view.before))?.tag
  const [before, now] = [
    from === undefined ? undefined : parseTag(from),
    parseTag(target.pin.tag) as ReleaseTag,
  ]
  const isStepBack = before !== undefined && compareVersions(now.version, before.version) < 0
  const commits =
    from === undefined || from === target.pin.tag
      ? undefined
      : await commitsOf(session, target, from, isStepBack)
  return { target, from, to: target.pin.tag, commits, isStepBack, view }
}

async function commitsOf(
  { project: { git }, pinned }: Session,
  { service, pin }: PinnedTarget,
  from: string,
  isStepBack: boolean,
): Promise<PlanSummary['commits']> {
  const tags = [from, pin.tag].map(name => [name, pinned.refs.tags.get(name)] as const)
  const [one, other] = tags.map(([, tag]) => tag?.commit)
  if (one === undefined || other === undefined) return undefined
  await fetchMissing(
    git,
    new Map(tags.flatMap(([name, tag]) => (tag ? [[`refs/tags/${name}`, tag.object]] : []))),
  )
  const between = await (isStepBack ? commitsBetween(git, other, one) : commitsBetween(git, one, other))
  const isInput = inputsMatcher(service, pinned.services.get(service) as ServiceConfig)
  return between.filter(({ paths }) => paths.some(isInput))
}
