import { attemptAsync, valueIn } from '../../../base/attempt.ts'
import type { Applied } from '../../../kinds/applied.ts'
import { mainOf, wholeOf } from '../../../kinds/io/mover.ts'
import { eventOf } from '../../../ledger/entry.ts'
import type { Ledger } from '../../../ledger/io/ledger.ts'
import { newestFirst } from '../../../ledger/io/newest-first.ts'
import type { Head } from '../../../ledger/io/read-entries.ts'
import type { Good } from '../../../ledger/state.ts'
import { parseTag } from '../../../names/release-tag.ts'
import type { Target } from '../../../names/target.ts'
import { readYank } from '../../../release/io/records.ts'
import { type BackPlan, type BackTarget, nearestFirst, planBack } from '../../back.ts'
import { nothingBefore, unusable } from '../../back-messages.ts'
import { type BackTools, type Sight, withinLimit } from './see.ts'

/** What a person asked for: a place in the ledger, a version, or neither. */
export type BackWish = { readonly to?: number | undefined; readonly version?: string | undefined }

/** Where traffic goes, or stays, and whether it is already there. */
export type Chosen = BackTarget & { readonly isThere: boolean; readonly passedOver: readonly string[] }

/** Chooses a revision that exists and runs what was verified; throws if there is none. */
export async function chooseBack(
  tools: BackTools,
  { target, applied, wish }: { readonly target: Target; readonly applied: Applied; readonly wish: BackWish },
  { standing: { pointer }, head, fallback }: Sight,
): Promise<Chosen> {
  const running = wholeOf(pointer)
  const known = valueIn(head)
  const isNamed = wish.to !== undefined || wish.version !== undefined
  if ('error' in head && (isNamed || head.error.code === 'ledger-foreign')) throw head.error
  if (known === undefined && 'error' in fallback) throw fallback.error
  if (known !== undefined && isNamed)
    return await chooseNamed(tools, { target, applied, wish }, known, running)
  const plan: BackPlan =
    known === undefined
      ? { step: 'send', candidates: withoutLedger(valueIn(fallback)) }
      : planBack(known.state, running ?? mainOf(pointer))
  const passedOver: string[] = []
  for (const candidate of plan.candidates) {
    const fault = await faultOf(tools, applied, candidate)
    if (fault === undefined) return { ...candidate, isThere: candidate.revision === running, passedOver }
    passedOver.push(`${candidate.tag ?? candidate.revision}: ${fault}`)
  }
  throw nothingBefore(target, passedOver)
}

function withoutLedger(fallback: string | undefined): BackTarget[] {
  return fallback === undefined ? [] : [{ revision: fallback }]
}

type Named = { readonly target: Target; readonly applied: Applied; readonly wish: BackWish }

async function chooseNamed(
  tools: BackTools,
  { target, applied, wish }: Named,
  head: Head,
  running: string | undefined,
): Promise<Chosen> {
  const found = await findNamed(await tools.ledger, target, wish, head)
  const fault = typeof found === 'string' ? found : await faultOf(tools, applied, found)
  if (typeof found !== 'string' && fault === undefined)
    return { ...found, isThere: found.revision === running, passedOver: [] }
  throw unusable(
    target,
    fault ?? '',
    await firstUsable(tools, applied, nearestFirst(head.state, running, wish.to)),
  )
}

/** What the ledger says about the deployment that was named, or why it cannot be used. */
async function findNamed(
  ledger: Ledger,
  target: Target,
  { to, version }: BackWish,
  { sequence: newest, state }: Head,
): Promise<BackTarget | string> {
  if (to !== undefined) {
    if (to > newest) return `the ledger has ${newest} entries, and none with the sequence ${to}`
    const found = goodIn(to, eventOf(await ledger.read(target, to)))
    return found ?? `entry ${to} is not about a verified deployment`
  }
  const tag = `${target.service}-v${version}`
  const recent = state.good.find(one => one.tag === tag)
  if (recent !== undefined) return recent
  for await (const entry of newestFirst(ledger, target, newest)) {
    const found = goodIn(entry.sequence, eventOf(entry))
    if (found?.tag === tag) return found
  }
  return `${tag} was never verified in ${target.environment}`
}

/** The first candidate that can be gone back to. */
export async function firstUsable(
  tools: BackTools,
  applied: Applied,
  candidates: readonly Good[],
): Promise<Good | undefined> {
  for (const one of candidates) if ((await faultOf(tools, applied, one)) === undefined) return one
  return undefined
}

function goodIn(sequence: number, event: ReturnType<typeof eventOf>): BackTarget | undefined {
  if (event?.type !== 'verified' && event?.type !== 'repaired') return undefined
  const { tag, digest, applied } = event.deployment
  return { sequence, tag, digest, revision: applied.revision }
}

/** Why a revision cannot be gone back to; undefined if it can. */
async function faultOf(
  { mover, stores, clock }: BackTools,
  applied: Applied,
  { revision, tag, digest }: BackTarget,
): Promise<string | undefined> {
  const release = tag === undefined ? undefined : parseTag(tag)
  const [ready, yank] = await Promise.all([
    attemptAsync(() => mover.ready(applied, revision)),
    // Without a ledger the release is not known; and if its store cannot be read, going back comes first.
    release && attemptAsync(() => withinLimit(clock, readYank(stores, release))),
  ])
  const yanked = valueIn(yank)
  if (yanked !== undefined) return `it was yanked by ${yanked.by}: ${yanked.reason}`
  if ('error' in ready) throw ready.error
  if (ready.value.state === 'cannot') return `its revision cannot run: ${ready.value.why}`
  if (ready.value.state !== 'ready' || digest === undefined) return undefined
  const runs = ready.value.digest
  return runs === undefined || runs === digest ? undefined : `its revision runs ${runs}, not ${digest}`
}
