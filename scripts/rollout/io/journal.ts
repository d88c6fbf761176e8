import { plain } from '../../base/printable.ts'
import { type Deployment, eventOf } from '../../ledger/entry.ts'
import { requireNoHold } from '../../ledger/io/holds.ts'
import type { Head, Ledger, Writer } from '../../ledger/io/ledger.ts'
import { isAlike, sentBackTo } from '../../ledger/state.ts'
import type { Digest } from '../../names/digest.ts'
import type { Target } from '../../names/target.ts'
import { arrive, begin, isRecorded, isSameDeployment, type Next, pass } from '../journal.ts'
import { overtaken, sentBack } from '../messages.ts'

/** Writes into the ledger what becomes of a rollout. Each method writes at most once, also after an interrupted run. */
export type Journal = {
  /**
   * Before traffic is sent, or once it is there. `running` is the revision that has all of it now, undefined if several
   * share it. Throws if the target is held, if somebody else has begun to deploy it, or if the traffic was sent back
   * without an entry.
   */
  started(running: string | undefined): Promise<void>
  /** All traffic has arrived. */
  completed(): Promise<void>
  /** The platform sent the traffic back `to` another revision. */
  rolledBack(to: string, reason: string): Promise<void>
  /** Every check has passed. */
  verified(): Promise<void>
  /** The revision that was verified before this one, of another release or with other settings. */
  before(): string | undefined
}

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
