import { type Attempt, attemptAsync, valueIn } from '../../base/attempt.ts'
import type { UserError } from '../../base/user-error.ts'
import type { KindName } from '../../kinds/all.ts'
import { kinds } from '../../kinds/all.ts'
import { type Applied, parseApplied } from '../../kinds/applied.ts'
import { type Standing, standing } from '../../kinds/io/mover.ts'
import type { Kind } from '../../kinds/kind.ts'
import { eventOf } from '../../ledger/entry.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Target } from '../../names/target.ts'
import { wayBackIn } from '../../rollout/hints/way-back.ts'
import type { Sight } from '../decide.ts'
import type { GuardianTools } from './tools.ts'

/** What was seen of a target, with what can be done about it. */
export type Looked = {
  readonly target: Target
  readonly sight: Sight
  readonly head: Head | undefined
  readonly applied: Applied | undefined
  readonly stood: Standing | undefined
  /** Only where the ledger's newest entry was not read: reads it, too. */
  readonly fully?: () => Promise<Looked>
}

/**
 * Looks at the ledger and the traffic of a target at the same time: where the traffic goes through is known by names alone,
 * and the way back by what a rollout left beside its newest entry.
 * Two kinds can give an alarm the same name, and then the one whose service exists is meant.
 */
export async function lookAtOwner(
  tools: GuardianTools,
  target: Target,
  kindNames: readonly KindName[],
): Promise<Looked> {
  const places = distinct(kindNames.flatMap(name => placeOf(tools, target, kinds[name])))
  const [glanced, ...stood] = await Promise.all([
    attemptAsync(() => tools.ledger.glance(target)),
    ...places.map(applied => attemptAsync(() => standOf(tools, applied))),
  ])
  const at = Math.max(
    0,
    stood.findIndex(one => 'value' in one && one.value !== undefined),
  )
  const seen: Seen = { applied: places[at], stood: stood[at] ?? { value: undefined } }
  if ('error' in glanced) return assemble(target, glanced, seen)
  const { sequence, hint, time, head } = glanced.value
  const fully = async () => assemble(target, await attemptAsync(head), seen)
  const way = hint === undefined ? undefined : wayBackIn(hint, sequence)
  // Whose ledger it is, the entry says, too.
  if (way === undefined || way.repository !== tools.place.repository) return await fully()
  const { sight, ...looked } = assemble(target, undefined, seen)
  return { ...looked, sight: { ...sight, head: { way, time } }, fully }
}

/** Looks at a target as its ledger says that it was applied. */
export async function lookAtRecorded(tools: GuardianTools, target: Target): Promise<Looked> {
  const head = await attemptAsync(() => tools.ledger.head(target))
  if ('error' in head) return assemble(target, head, { applied: undefined, stood: { value: undefined } })
  const applied = await attemptAsync(() => appliedIn(tools, target, head.value))
  if ('error' in applied) return assemble(target, head, { applied: undefined, stood: applied })
  const { value } = applied
  const stood = value && (await attemptAsync(() => standOf(tools, value)))
  return assemble(target, head, { applied: value, stood: stood ?? { value: undefined } })
}

type Seen = {
  readonly applied: Applied | undefined
  readonly stood: { readonly value: Standing | undefined } | { readonly error: UserError }
}

function assemble(target: Target, head: Attempt<Head> | undefined, { applied, stood }: Seen): Looked {
  const isSeen = 'value' in stood
  const shares = isSeen ? stood.value?.pointer.shares : { missing: says(stood.error) }
  const known = valueIn(head)
  const missing = head !== undefined && 'error' in head ? says(head.error) : ''
  return {
    target,
    sight: { head: known ?? { missing }, shares },
    head: known,
    applied,
    stood: isSeen ? stood.value : undefined,
  }
}

async function standOf({ movers }: GuardianTools, applied: Applied): Promise<Standing | undefined> {
  return await standing(await movers(applied.kind), applied)
}

/** What a kind's traffic goes through; which revision is applied does not matter to who only sends it back. */
function placeOf({ place }: GuardianTools, target: Target, kind: Kind): Applied[] {
  const { account, region, cluster, own = {} } = place
  const found = kind.locate?.(target, { account, region, cluster }, own[target.service] ?? {})
  return found === undefined ? [] : [{ tag: '', revision: '', ...found } as unknown as Applied]
}

/** Kinds that differ only in what they are built from have their traffic in the same place. */
function distinct(places: readonly Applied[]): Applied[] {
  return [...new Map(places.map(one => [JSON.stringify({ ...one, kind: '' }), one])).values()]
}

/** What an open rollout, or else the newest verified deployment, was applied as. */
async function appliedIn(
  { ledger }: GuardianTools,
  target: Target,
  { entry, state: { open, good } }: Head,
): Promise<Applied | undefined> {
  const sequence = open?.sequence ?? good[0]?.sequence
  if (sequence === undefined) return undefined
  const event = eventOf(entry?.sequence === sequence ? entry : await ledger.read(target, sequence))
  return event !== undefined && 'deployment' in event ? parseApplied(event.deployment.applied) : undefined
}

function says({ message, cause }: UserError): string {
  return [message, cause].filter(Boolean).join(': ')
}
