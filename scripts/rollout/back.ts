import { type Good, isAlike, type State } from '../ledger/state.ts'

/** Where traffic may go back to: what a ledger says about it, as far as one can be read. */
export type BackTarget = Partial<Pick<Good, 'sequence' | 'tag' | 'digest'>> & Pick<Good, 'revision'>

/** What a rollback does, from what the ledger says and the revision that has the traffic. */
export type BackPlan =
  /** Traffic goes to the first of these that can be used. */
  | { readonly step: 'send'; readonly candidates: readonly BackTarget[] }
  /** An earlier rollback was interrupted, or traffic went back without an entry: it is only to be finished. */
  | { readonly step: 'finish'; readonly candidates: readonly BackTarget[] }

/**
 * Decides where to go back to without being told: to what was verified before the deployment that runs, never to what was
 * rolled back from. A rollout in progress ends where the last verified deployment is, and a rollback in progress is
 * finished before the next goes further back. The same release with the same settings, which the deploy after a rollback
 * leaves in a second revision, is passed over: it would fail in the same way.
 */
export function planBack({ good, open }: State, running: string | undefined): BackPlan {
  const [newest, ...earlier] = good
  if (open?.type === 'rollback') return { step: 'finish', candidates: good.slice(0, 1) }
  if (open?.type === 'rollout') return { step: 'send', candidates: good }
  const at = good.findIndex(({ revision }) => revision === running)
  if (at > 0) return { step: 'finish', candidates: good.slice(at) }
  if (newest === undefined || at === -1) return { step: 'send', candidates: good }
  return { step: 'send', candidates: earlier.filter(one => !isAlike(one, newest)) }
}

/** Whether the ledger already says that traffic is where it should go back to, and nothing has begun since. */
export function isSettled({ good: [newest], open }: State, revision: string): boolean {
  return open === null && newest?.revision === revision
}

/** What one could go back to instead of what was named, the nearest to that place first; never what runs. */
export function nearestFirst(
  { good }: State,
  running: string | undefined,
  place: number | undefined,
): Good[] {
  const others = good.filter(({ revision }) => revision !== running)
  if (place === undefined) return others
  return others.toSorted((a, b) => Math.abs(a.sequence - place) - Math.abs(b.sequence - place))
}
