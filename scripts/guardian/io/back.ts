import { attemptAsync } from '../../base/attempt.ts'
import { plain } from '../../base/printable.ts'
import { UserError } from '../../base/user-error.ts'
import { wholeOf } from '../../kinds/io/mover.ts'
import { eventOf, type LedgerEvent } from '../../ledger/entry.ts'
import { printTarget } from '../../names/target.ts'
import type { Decision } from '../decide.ts'
import { guardianErrors } from '../errors.ts'
import type { Looked } from './look.ts'
import { tellUnrecorded } from './tell.ts'
import type { GuardianTools } from './tools.ts'

type Back = Extract<Decision, { step: 'back' }>

/** Sends the traffic where it is to go, if it still goes where it was seen; whether it does, or goes there already. */
export async function sendHome({ target, stood }: Looked, { to, why }: Back): Promise<boolean> {
  if (stood === undefined) throw new TypeError('what was not seen is not sent back')
  if (wholeOf(stood.pointer) === to.revision) return true
  const sent = await stood.sendBack(to.revision)
  if (sent !== 'gone') return sent !== 'moved by another'
  throw new UserError(
    guardianErrors['guardian-no-way-back'],
    `the traffic of ${printTarget(target)} cannot go back to revision ${to.revision}: it is gone`,
    { cause: why },
  )
}

const arrivalPauseMs = 5000
const mostLooks = 12

/**
 * Waits for what a platform that shifts by steps still does on its way, and leaves no step of it behind. The traffic is
 * sent and the ledger says so, so that nothing here is a reason to be called again: the event of its end comes, too.
 */
export async function settleHome(
  { movers, clock }: Pick<GuardianTools, 'movers' | 'clock'>,
  { applied, stood }: Looked,
  { to }: Back,
): Promise<void> {
  if (applied === undefined || stood === undefined) return
  const { shifting, progress } = await movers(applied.kind)
  const { steps } = shifting ?? {}
  if (steps === undefined) return
  const home = { ...applied, revision: to.revision }
  await attemptAsync(async () => {
    for (let looks = 0; looks < mostLooks; looks++) {
      const { state } = await progress(home, { revision: to.revision, seen: undefined })
      if (state !== 'moving') break
      await clock.sleep(arrivalPauseMs)
    }
    await steps.rest(home)
  })
}

/** Says so in the ledger, once, and not past what somebody else has written since. */
export async function noteHome(tools: GuardianTools, { target }: Looked, back: Back): Promise<void> {
  const { ledger, who } = tools
  const noted = await attemptAsync(async () => {
    const entry = await entryOf(tools, { target }, back)
    await ledger.append(target, who, ({ state }) => {
      const isStill =
        back.started === undefined
          ? state.open === null && state.good[0]?.revision === back.from.revision
          : state.open?.sequence === back.started
      return isStill ? entry : undefined
    })
  })
  if ('value' in noted) return
  const { message, cause } = noted.error
  const title = `the traffic of ${printTarget(target)} was sent back to ${plain(back.to.tag)}, but the ledger lacks the entry`
  const about = `${back.started ?? ''} ${back.from.revision} ${back.to.revision}`
  tellUnrecorded(tools, target, { title, why: `${back.why}; ${message}`, about })
  throw new UserError(guardianErrors['guardian-unrecorded'], title, {
    cause: [back.why, message, cause].filter(Boolean).join('\n'),
    origin: noted.error,
  })
}

/** A rollout was ended; what was verified is taken back as a person would, so that nobody goes back there. */
async function entryOf(
  { ledger }: GuardianTools,
  { target }: Pick<Looked, 'target'>,
  { to, started, from, holds, why }: Back,
): Promise<LedgerEvent> {
  const reason = plain(why, 500)
  if (started !== undefined)
    return { type: 'rolled-back', started, to: to.revision, reason, ...(holds ? { holds } : {}) }
  const event = eventOf(await ledger.read(target, to.sequence))
  if (event === undefined || !('deployment' in event))
    throw new TypeError(`entry ${to.sequence} is about no deployment`)
  return { type: 'rollback', deployment: event.deployment, of: to.sequence, from, reason }
}
