import type { Stores } from '../../artifacts/io/stores.ts'
import { awsErrors } from '../../aws/errors.ts'
import { type Attempt, attemptAsync, valueIn } from '../../base/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import { type Deadline, poll } from '../../base/io/poll.ts'
import { UserError } from '../../base/user-error.ts'
import { type Applied, kindOfApplied } from '../../kinds/applied.ts'
import { type Mover, mainOf, type Standing, standing, wholeOf } from '../../kinds/io/mover.ts'
import { eventOf } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import { newestFirst } from '../../ledger/io/newest-first.ts'
import type { Head } from '../../ledger/io/read-entries.ts'
import type { Good } from '../../ledger/state.ts'
import { parseTag } from '../../names/release-tag.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { readYank } from '../../release/io/records.ts'
import { type BackPlan, type BackTarget, nearestFirst, planBack } from '../back.ts'
import { rolloutErrors } from '../errors.ts'

/** What a rollback works with. None of it is connected before it is needed. */
export type BackTools = {
  readonly mover: Mover
  /** The ledger, asked once and not for long: traffic does not wait for it. */
  readonly ledger: Promise<Ledger>
  readonly stores: Stores
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What a person asked for: a place in the ledger, a version, or neither. */
export type BackWish = { readonly to?: number | undefined; readonly version?: string | undefined }

/** What was seen before anything is done. */
export type Sight = {
  readonly standing: Standing
  /** The newest entry, or why the ledger cannot be read. */
  readonly head: Attempt<Head>
  /** Where the platform itself would go back to. */
  readonly fallback: Attempt<string | undefined>
}

// Longer than a ledger that works ever takes; an unreachable one must not hold traffic back.
const ledgerMs = 3000

/** Looks at the pointer and the ledger at the same time. */
export async function seeBefore(tools: BackTools, target: Target, applied: Applied): Promise<Sight> {
  const [stood, head] = await Promise.all([
    look(tools.mover, applied),
    attemptAsync(async () => await withinLimit(tools.clock, (await tools.ledger).head(target))),
  ])
  if (stood !== undefined) return { ...stood, head }
  throw new UserError(
    rolloutErrors['rollout-no-pointer'],
    `${kindOfApplied(applied).pointer(applied)} does not exist, so there is no traffic to send back`,
    {
      remedy: `make deploy ENV=${target.environment} SERVICE=${target.service} creates it, if the service is pinned there.`,
    },
  )
}

async function look(mover: Mover, applied: Applied): Promise<Omit<Sight, 'head'> | undefined> {
  const found = await standing(mover, applied)
  return found && { standing: found, fallback: await attemptAsync(() => found.fallback()) }
}

async function withinLimit<Value>(clock: Clock, work: Promise<Value>): Promise<Value> {
  const late = clock.sleep(ledgerMs).then(() => {
    throw new UserError(awsErrors['aws-unavailable'], `S3 gave no answer for ${ledgerMs / 1000} s`)
  })
  // Whichever loses must not end the process.
  late.catch(() => undefined)
  work.catch(() => undefined)
  return await Promise.race([work, late])
}

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
  throw nothing(target, passedOver)
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

async function firstUsable(
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

function nothing({ service, environment }: Target, passedOver: readonly string[]): UserError {
  return new UserError(
    rolloutErrors['rollback-nothing'],
    `there is nothing to go back to in ${printTarget({ service, environment })}: nothing was changed`,
    {
      cause:
        passedOver.length === 0
          ? 'no deployment was verified there before this one, or all of them were taken back'
          : passedOver.join('\n'),
      remedy: `make history ENV=${environment} SERVICE=${service} shows what ran: VERSION=… goes to what was verified, taken back or not. Otherwise pin and deploy a release that works.`,
    },
  )
}

function unusable(target: Target, why: string, nearest: Good | undefined): UserError {
  const { service, environment } = target
  const instead = nearest && `The nearest is TO=${nearest.sequence}, ${nearest.tag}. `
  return new UserError(
    rolloutErrors['rollback-unusable'],
    `${printTarget(target)} cannot go back there: nothing was changed`,
    {
      cause: why,
      remedy: `${instead ?? ''}make history ENV=${environment} SERVICE=${service} shows what was verified.`,
    },
  )
}

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
