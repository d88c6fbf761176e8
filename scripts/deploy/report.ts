import { count } from '../base/printable.ts'
import { type Applied, kindOfApplied } from '../kinds/applied.ts'

/** What a deploy did for one service; `changes` as in `1 to update`. */
export type Deployed = {
  readonly service: string
  readonly result: 'deployed' | 'already done' | 'begun'
  /** The tag of the previous release. */
  readonly from: string | undefined
  readonly to: string
  readonly changes: string
  readonly applied: Applied
}

/** Describes in one line what a deploy did for a service. */
export function describeDeployed(
  environment: string,
  { service, result, from, to, changes, applied }: Deployed,
): string {
  if (result === 'already done') return `${service}: ${environment} already runs ${to}`
  if (result === 'begun')
    return `${service}: the rollout of ${to} to ${environment} goes on by itself: make deploy ENV=${environment} SERVICE=${service} FOLLOW=1 follows it`
  const before = from === undefined ? 'for the first time' : from === to ? 'as before' : `before: ${from}`
  const where = kindOfApplied(applied).show(applied)
  return `${service}: ${environment} runs ${to} (${before}; ${changes}; ${where})`
}

/** The last line of a deploy: what is true now and what to do next. */
export function endOfDeploy(environment: string, planned: number, deployed: readonly Deployed[]): string {
  if (planned === 0) return `Nothing is pinned in ${environment}: make pin ENV=${environment} TAG=…`
  const begun = deployed.filter(({ result }) => result === 'begun')
  if (begun.length > 0) return `${count(begun.length, 'rollout')} in ${environment} left to its guardian.`
  const changed = deployed.filter(({ result }) => result === 'deployed')
  if (changed.length === 0) return `${environment} runs what is pinned: there was nothing to do.`
  return `${count(changed.length, 'service')} deployed to ${environment}. make plan ENV=${environment} ALL=1 shows its state.`
}
