import type { Deployment, LedgerEvent } from '../ledger/entry.ts'
import type { RolloutPart } from '../ledger/rollout-part.ts'
import { type Good, isAlike, type State } from '../ledger/state.ts'
import type { Digest } from '../names/digest.ts'

/** Whether two deployments are of the same release, with the same settings, in the same revision. */
export function isSameDeployment(a: Deployment, b: Deployment): boolean {
  return isDeployment(goodOf(a), b)
}

/** Whether the ledger already says that a deployment is verified, and nothing has begun since. */
export function isRecorded({ good: [newest], open }: State, deployment: Deployment): boolean {
  return open === null && newest !== undefined && isDeployment(newest, deployment)
}

type Identity = Pick<Good, 'tag' | 'digest' | 'settings' | 'revision'>

function goodOf({ tag, digest, settings, applied: { revision } }: Deployment): Identity {
  return { tag, digest, settings, revision }
}

function isDeployment(one: Identity, deployment: Deployment): boolean {
  return isAlike(one, deployment) && one.revision === deployment.applied.revision
}

/** What there is to write once a rollout got somewhere: an event, nothing, or somebody else has taken over. */
export type Next = LedgerEvent | 'nothing' | 'overtaken'

/** What a rollout knows before it sends traffic. */
export type Beginning = {
  readonly deployment: Deployment
  /** The SHA-256 of the approved plan. */
  readonly plan: Digest | undefined
  /** What it leaves for whoever continues it. */
  readonly rollout?: RolloutPart | undefined
  /** The sequence of the newest entry before the apply. */
  readonly seen: number
  /** The sequence of the entry that this rollout, or an interrupted one of the same deployment, began with. */
  readonly started: number | undefined
  /** The sequence of the newest phase of somebody else's rollout that nobody has continued in time, if there is one. */
  readonly abandoned: number | undefined
}

/** The newest phase of an open rollout, if nobody has continued it by its deadline. */
export function abandonedPhase({ open }: State, now: Date): number | undefined {
  const shift = open?.shift
  return shift !== undefined && Date.parse(shift.deadline) < now.getTime() ? shift.sequence : undefined
}

/** The entry to write before traffic is sent. `newest` is the newest entry's event. */
export function begin(
  state: State,
  newest: LedgerEvent | undefined,
  { deployment, plan, rollout, seen, started, abandoned }: Beginning,
): Next {
  const { open } = state
  if (started !== undefined) return open?.sequence === started ? 'nothing' : 'overtaken'
  if (open?.shift !== undefined && open.shift.sequence !== abandoned) return 'overtaken'
  // What was verified since would be replaced unseen.
  if ((state.good[0]?.sequence ?? 0) > seen) return 'overtaken'
  if (open?.type === 'rollout' && open.sequence > seen) {
    // Somebody else has begun the same one: both send the traffic to the same place.
    const isSame = newest?.type === 'started' && isSameDeployment(newest.deployment, deployment)
    return isSame ? 'nothing' : 'overtaken'
  }
  return {
    type: 'started',
    deployment,
    ...(plan === undefined ? {} : { plan }),
    ...(rollout === undefined ? {} : { rollout }),
  }
}

/** The entry to write once all traffic has arrived. */
export function arrive(state: State, started: number, deployment: Deployment): Next {
  if (state.open?.sequence === started)
    return state.open.completed ? 'nothing' : { type: 'completed', started }
  return isRecorded(state, deployment) ? 'nothing' : 'overtaken'
}

/** The entry to write once every check has passed. */
export function pass(state: State, started: number, deployment: Deployment): Next {
  if (state.open?.sequence === started) return { type: 'verified', started, deployment }
  return isRecorded(state, deployment) ? 'nothing' : 'overtaken'
}
