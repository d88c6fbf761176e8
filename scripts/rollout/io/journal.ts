import { plain } from '../../base/printable.ts'
import { type Deployment, eventOf } from '../../ledger/entry.ts'
import { describeHold } from '../../ledger/hold.ts'
import { readHold, requireNoHold } from '../../ledger/io/holds.ts'
import type { Head, Ledger, Writer } from '../../ledger/io/ledger.ts'
import { isAlike, sentBackTo } from '../../ledger/state.ts'
import type { Digest } from '../../names/digest.ts'
import type { Target } from '../../names/target.ts'
import { arrive, begin, isRecorded, isSameDeployment, type Next, pass } from '../journal.ts'
import { describeEntry, overtaken, sentBack } from '../messages.ts'
import type { Claim } from '../next-step.ts'

/** Writes into the ledger what becomes of a rollout. Each method writes at most once, also after an interrupted run. */
export type Journal = {
  /**
   * Before traffic is sent, or once it is there. `running` is the revision that has all of it now, undefined if several
   * share it. Throws if the target is held, if somebody else has begun to deploy it, or if the traffic was sent back
   * without an entry.
   */
  started(running: string | undefined): Promise<void>
  /**
   * Before a share of the traffic is sent: a phase begins. Returns false where a newer entry says that it must not, or that
   * it has begun already.
   */
  shifted(shift: Shift): Promise<boolean>
  /** All traffic has arrived. */
  completed(): Promise<void>
  /** The platform sent the traffic back `to` another revision. */
  rolledBack(to: string, reason: string): Promise<void>
  /** Every check has passed. */
  verified(): Promise<void>
  /** The revision that was verified before this one, of another release or with other settings. */
  before(): string | undefined
  /** Reads the newest entry, and tells what it means for this rollout. */
  look(): Promise<JournalSeen>
  /** Whether the ledger says that this deployment is verified, and nothing has begun since. */
  isRecorded(): boolean
  /** A person stops the rollout where it is. */
  held(reason: string): Promise<void>
}

/** A phase, counted from 0, with its share of the traffic in percent, and when it goes back if nobody continues it. */
export type Shift = { readonly phase: number; readonly share: number; readonly deadline: Date }

/** What the ledger says of a rollout, when its first entry was written if it has begun, and the time of AWS. */
export type JournalSeen = { readonly claim: Claim; readonly started: Date | undefined; readonly now: Date }

/** What a journal is about: a deployment, and the ledger as it was seen before the apply. */
export type JournalPlace = {
  readonly ledger: Ledger
  readonly writer: Writer
  readonly target: Target
  readonly deployment: Deployment
  /** The SHA-256 of the approved plan. */
  readonly plan: Digest | undefined
}

/** Opens the journal of a rollout. An open rollout of the same deployment is continued. */
export async function openJournal({
  ledger,
  writer,
  target,
  deployment,
  plan,
}: JournalPlace): Promise<Journal> {
  const seen = writer.head().sequence
  const found = await openRollout(ledger, writer.head(), target)
  let started = found && isSameDeployment(found.deployment, deployment) ? found.sequence : undefined
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
    const isOurs = started === undefined ? isFree(head) : open?.sequence === started
    if (!isOurs) return claimOfAnother(head)
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
      const beginning = { deployment, plan, seen, started }
      await append(({ state, entry }) =>
        // Another entry than the newest one may say who holds it, and why.
        state.hold === null ? begin(state, entry && eventOf(entry), beginning) : 'nothing',
      )
      await requireNoHold(ledger, target, writer.head())
      started = writer.head().state.open?.sequence
    },
    async shifted({ phase, share, deadline }) {
      if (started === undefined) throw new TypeError('a phase begins only after the rollout has')
      const token = started
      const entry = await writer.append(({ state: { open, hold } }) => {
        const isOver = open?.sequence !== token || hold !== null || (open.shift?.phase ?? 0) > phase + 1
        if (isOver) return undefined
        return { type: 'shifted', started: token, phase: phase + 1, share, deadline: deadline.toISOString() }
      })
      return entry !== undefined
    },
    async completed() {
      if (started === undefined) return
      const token = started
      await append(({ state }) => arrive(state, token, deployment))
    },
    async rolledBack(to, reason) {
      if (started === undefined) return
      const token = started
      await writer.append(({ state }) =>
        state.open?.sequence === token
          ? { type: 'rolled-back', started: token, to, reason: plain(reason, 500) || 'AWS gave no reason' }
          : undefined,
      )
    },
    async verified() {
      if (started === undefined) return
      const token = started
      await append(({ state }) => pass(state, token, deployment))
    },
    async look() {
      const head = await ledger.head(target)
      const began = await entryAt(head, head.state.open?.sequence === started ? started : undefined)
      return { claim: await claimIn(head), started: began && new Date(began.time), now: head.time }
    },
    isRecorded: () => isRecorded(writer.head().state, deployment),
    async held(reason) {
      await writer.append(({ state }) => (state.hold === null ? { type: 'held', reason } : undefined))
    },
    before: () => writer.head().state.good.find(one => !isAlike(one, deployment))?.revision,
  }
}

/** The rollout that has not ended: the sequence of its first entry, and what it sends traffic to. */
async function openRollout(
  ledger: Ledger,
  { entry, state: { open } }: Head,
  target: Target,
): Promise<{ sequence: number; deployment: Deployment } | undefined> {
  if (open?.type !== 'rollout') return undefined
  const { sequence } = open
  const event = eventOf(entry?.sequence === sequence ? entry : await ledger.read(target, sequence))
  return event?.type === 'started' ? { sequence, deployment: event.deployment } : undefined
}

/** Whether nobody else's rollout is under way: one that nobody has continued in time is not. */
function isFree({ state: { open }, time }: Head): boolean {
  return open?.shift === undefined || Date.parse(open.shift.deadline) < time.getTime()
}

function claimOfAnother({ entry, state }: Head): Claim {
  const isRollback = state.open?.type === 'rollback' || (entry !== undefined && goesBack(entry.event.type))
  if (entry === undefined) return { by: 'another', says: 'its ledger has no entry any more', isRollback }
  return { by: 'another', says: describeEntry(entry), isRollback }
}

function goesBack(type: string): boolean {
  return type === 'rollback' || type === 'rollback-completed' || type === 'rolled-back'
}
