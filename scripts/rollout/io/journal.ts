import { plain } from '../../base/printable.ts'
import { type Deployment, eventOf } from '../../ledger/entry.ts'
import { describeHold } from '../../ledger/hold.ts'
import { readHold, requireNoHold } from '../../ledger/io/holds.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Writer } from '../../ledger/io/write-entries.ts'
import { isAlike, type State, sentBackTo } from '../../ledger/state.ts'
import type { Digest } from '../../names/digest.ts'
import type { Target } from '../../names/target.ts'
import type { RolloutPlan } from '../../strategy/plan.ts'
import { rolloutPartOf } from '../deadline.ts'
import { leavingHints } from '../hints/io/leaving-hints.ts'
import { abandonedPhase, arrive, begin, isRecorded, isSameDeployment, type Next, pass } from '../journal.ts'
import { overtaken, sentBack } from '../messages.ts'
import type { Claim } from '../seen.ts'
import { clearDeadline, type Deadlines, enterWithDeadline } from './deadlines.ts'
import { claimOfAnother, type OpenRollout, openRollout } from './open-rollout.ts'

/** Writes into the ledger what becomes of a rollout. Each method writes at most once, also after an interrupted run. */
export type Journal = {
  /**
   * Before traffic is sent, or once it is there. `running` is the revision that has all of it now, undefined if several
   * share it. Throws if the target is held, if somebody else has begun to deploy it, or if the traffic was sent back
   * without an entry.
   */
  started(running: string | undefined): Promise<void>
  /**
   * Before a share of the traffic is sent: a phase begins. Returns false where a newer entry than the last look saw says
   * that it must not, or that a phase has begun.
   */
  shifted(shift: Shift): Promise<boolean>
  /** All traffic has arrived. */
  completed(): Promise<void>
  /**
   * The traffic was sent back `to` another revision; that `holds` the service where the rollout judged its release. Returns
   * what the ledger says then.
   */
  rolledBack(to: string, reason: string, more?: { readonly holds: boolean }): Promise<Noted>
  /** Every check has passed. */
  verified(): Promise<void>
  /** The revision that was verified before this one, of another release or with other settings. */
  before(): string | undefined
  /** The revision that is verified and has the traffic until this rollout moves it. */
  stable(): string | undefined
  /** The phase that a rollout of another deployment is in, as the ledger says now; undefined if there is none. */
  elsewhere(): Promise<Elsewhere | undefined>
  /** Reads the newest entry, and tells what it means for this rollout. */
  look(): Promise<JournalSeen>
  /** Whether the ledger says that this deployment is verified, and nothing has begun since. */
  isRecorded(): boolean
  /** A person stops the rollout where it is. */
  held(reason: string): Promise<void>
}

/** Whether the rollout has an entry at all, and whether the service is held. */
export type Noted = { readonly hasBegun: boolean; readonly isHeld: boolean }

/** A phase, counted from 0, with its share of the traffic in percent, and when it goes back if nobody continues it. */
export type Shift = { readonly phase: number; readonly share: number; readonly deadline: Date }

/** What the ledger says of a rollout, when its first entry was written if it has begun, and the time of AWS. */
export type JournalSeen = { readonly claim: Claim; readonly started: Date | undefined; readonly now: Date }

/** The phase of another rollout: the revision that it gives a share, what has the rest, and its newest entry in words. */
export type Elsewhere = {
  readonly revision: string
  readonly share: number
  readonly stable: string | undefined
  readonly says: string
}

/** What a journal is about: a deployment, and the ledger as it was seen before the apply. */
export type JournalPlace = {
  readonly ledger: Ledger
  readonly writer: Writer
  readonly target: Target
  readonly deployment: Deployment
  /** The SHA-256 of the approved plan. */
  readonly plan: Digest | undefined
  /** How it is rolled out, and what must run then: what its first entry says, for whoever continues it. */
  readonly rollout?: { readonly plan: RolloutPlan; readonly digests: readonly Digest[] } | undefined
  /** Where somebody ends the rollout if nobody else does. */
  readonly deadlines?: Deadlines | undefined
  /** Whether somebody reads the hints beside the entries; by default, whoever is asked at the deadlines. */
  readonly isGuarded?: boolean
}

/** Opens the journal of a rollout. An open rollout of the same deployment is continued. */
export async function openJournal({
  ledger,
  writer: own,
  target,
  deployment,
  plan,
  rollout,
  deadlines,
  isGuarded = deadlines !== undefined,
}: JournalPlace): Promise<Journal> {
  const writer = isGuarded ? leavingHints(own, ledger, target) : own
  const first = writer.head()
  const seen = first.sequence
  const found = await openRollout(ledger, first, target)
  let started = sameIn(found)
  let abandoned = abandonedPhase(first.state, first.time)
  /** The entry that the newest phase of this rollout began with, as of the last look. */
  let entered = first.state.open?.shift?.sequence
  const append = (decide: (head: Head) => Next) =>
    writer.append(head => {
      const next = decide(head)
      if (next === 'overtaken') throw overtaken(target, head.entry)
      return next === 'nothing' ? undefined : next
    })
  /** An entry, which is often the newest one. */
  const entryAt = async ({ entry }: Head, sequence: number | undefined) => {
    if (sequence === undefined || entry?.sequence === sequence) return entry
    return await ledger.read(target, sequence)
  }
  const claimIn = async (head: Head): Promise<Claim> => {
    const { open } = head.state
    if (isRecorded(head.state, deployment))
      return { by: 'us', begun: undefined, hold: undefined, isVerified: true }
    const isOurs = started === undefined ? isFree(head.state) : open?.sequence === started
    if (!isOurs) return claimOfAnother(head, await openRollout(ledger, head, target), deployment)
    const shift = started === undefined ? undefined : open?.shift
    const entry = shift && (await entryAt(head, shift.sequence))
    const hold = await readHold(ledger, target, head)
    return {
      by: 'us',
      begun: shift && entry && { phase: shift.phase - 1, at: new Date(entry.time) },
      hold: hold && describeHold(hold),
    }
  }
  return {
    async started(running) {
      const { state: now, sequence } = writer.head()
      if (running === deployment.applied.revision && isRecorded(now, deployment)) return
      const back = sentBackTo(now, running, found?.deployment.applied.revision)
      // Of what others have written since, a hold or a rollout of theirs says more.
      if (back !== undefined && sequence === seen && now.hold === null) throw sentBack(target, back)
      const part = rollout && rolloutPartOf(rollout.plan, rollout.digests, writer.now())
      const beginning = { deployment, plan, rollout: part, seen, started, abandoned }
      await enterWithDeadline(
        { target, writer, deadlines, deadline: part?.deadline },
        ({ state, entry }) =>
          // Another entry than the newest one may say who holds it, and why.
          state.hold === null ? begin(state, entry && eventOf(entry), beginning) : 'nothing',
        append,
      )
      await requireNoHold(ledger, target, writer.head())
      started = writer.head().state.open?.sequence
    },
    async shifted({ phase, share, deadline }) {
      if (started === undefined) throw new TypeError('a phase begins only after the rollout has')
      const token = started
      const entry = await writer.append(({ state: { open, hold } }) => {
        if (open?.sequence !== token || hold !== null || open.shift?.sequence !== entered) return undefined
        return { type: 'shifted', started: token, phase: phase + 1, share, deadline: deadline.toISOString() }
      })
      return entry !== undefined
    },
    async completed() {
      if (started === undefined) return
      const token = started
      await append(({ state }) => arrive(state, token, deployment))
    },
    async rolledBack(to, reason, { holds } = { holds: false }) {
      const isHeld = () => writer.head().state.hold !== null
      if (started === undefined) return { hasBegun: false, isHeld: isHeld() }
      const token = started
      await writer.append(({ state }) =>
        state.open?.sequence === token
          ? {
              type: 'rolled-back',
              started: token,
              to,
              reason: plain(reason, 500) || 'AWS gave no reason',
              ...(holds ? { holds } : {}),
            }
          : undefined,
      )
      await clearDeadline(deadlines, target, token)
      return { hasBegun: true, isHeld: isHeld() }
    },
    async verified() {
      if (started === undefined) return
      const token = started
      await append(({ state }) => pass(state, token, deployment))
      await clearDeadline(deadlines, target, token)
    },
    async elsewhere() {
      if (writer.head().state.open?.shift === undefined) return undefined
      const head = await writer.look()
      const { shift } = head.state.open ?? {}
      const open = await openRollout(ledger, head, target)
      if (shift === undefined || open === undefined || isSameDeployment(open.deployment, deployment))
        return undefined
      const [verified] = head.state.good
      const says = `entry ${shift.sequence} gives it ${shift.share} %`
      return {
        revision: open.deployment.applied.revision,
        share: shift.share,
        stable: verified?.revision,
        says,
      }
    },
    async look() {
      const head = await writer.look()
      // Another run of the same deployment may have begun it meanwhile: they share the work.
      started ??= sameIn(await openRollout(ledger, head, target))
      abandoned = abandonedPhase(head.state, head.time)
      entered = head.state.open?.shift?.sequence
      const began = await entryAt(head, head.state.open?.sequence === started ? started : undefined)
      return { claim: await claimIn(head), started: began && new Date(began.time), now: head.time }
    },
    isRecorded: () => isRecorded(writer.head().state, deployment),
    async held(reason) {
      await writer.append(({ state }) => (state.hold === null ? { type: 'held', reason } : undefined))
    },
    stable: () =>
      writer.head().state.good.find(({ revision }) => revision !== deployment.applied.revision)?.revision,
    before: () => writer.head().state.good.find(one => !isAlike(one, deployment))?.revision,
  }

  /** As `begin` decides. */
  function isFree(state: State): boolean {
    return begin(state, undefined, { deployment, plan, seen, started, abandoned }) !== 'overtaken'
  }

  function sameIn(open: OpenRollout | undefined): number | undefined {
    return open && isSameDeployment(open.deployment, deployment) ? open.sequence : undefined
  }
}
