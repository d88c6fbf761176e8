import { valueIn } from '../../../base/attempt.ts'
import { type Deadline, poll } from '../../../base/io/poll.ts'
import { UserError } from '../../../base/user-error.ts'
import type { Applied } from '../../../kinds/applied.ts'
import { mainOf, type Standing, standing, wholeOf } from '../../../kinds/io/mover.ts'
import { printTarget, type Target } from '../../../names/target.ts'
import { nearestFirst } from '../../back.ts'
import { unusable } from '../../back-messages.ts'
import { rolloutErrors } from '../../errors.ts'
import { firstUsable } from './choose.ts'
import type { BackTools, Sight } from './see.ts'

// A change of an alias's description also fails our conditional write, but hardly three times in a row.
const maximumAttempts = 3

/** Sends the traffic to a revision, and waits until it is there. Returns whether it was not there already. */
export async function sendBack(
  { mover, clock, signal, ...rest }: BackTools,
  {
    target,
    applied,
    revision,
  }: { readonly target: Target; readonly applied: Applied; readonly revision: string },
  { standing: seen, head }: Pick<Sight, 'standing' | 'head'>,
  deadline: Deadline,
): Promise<boolean> {
  let standingNow: Standing | undefined = seen
  for (let attempt = 1; standingNow !== undefined && attempt <= maximumAttempts; attempt++) {
    // Somebody else may have gone back at the same moment.
    const isThere = wholeOf(standingNow.pointer) === revision
    const sent = isThere ? 'sent' : await standingNow.sendBack(revision)
    if (sent === 'gone') throw await gone()
    if (sent === 'sent') await arrive()
    if (sent !== 'moved by another') return !isThere
    standingNow = await standing(mover, applied)
  }
  throw new UserError(
    rolloutErrors['rollout-moved'],
    `somebody else keeps moving the traffic of ${printTarget(target)}`,
  )

  async function gone(): Promise<UserError> {
    const state = valueIn(head)?.state
    const others = state === undefined ? [] : nearestFirst(state, mainOf(seen.pointer), undefined)
    const usable = others.filter(one => one.revision !== revision)
    return unusable(
      target,
      `${revision} is gone`,
      await firstUsable({ mover, clock, signal, ...rest }, applied, usable),
    )
  }

  async function arrive(): Promise<void> {
    const wanted: Applied = { ...applied, revision }
    const ended = await poll({ clock, signal }, deadline, async () => {
      const { state } = await mover.progress(wanted, { revision, seen: undefined })
      return state === 'moving' ? undefined : state
    })
    if ('answer' in ended && ended.answer === 'arrived') return
    throw new UserError(
      rolloutErrors['rollout-timeout'],
      `the traffic of ${printTarget(target)} was sent back, but has not arrived`,
      { cause: 'answer' in ended ? `it ${ended.answer}` : 'it took too long' },
    )
  }
}
