import { nextStep, type Step } from '../../../scripts/rollout/next-step.ts'
import type { Claim, OnStop, Seen } from '../../../scripts/rollout/seen.ts'
import { criteriaSchema } from '../../../scripts/strategy/criteria.ts'
import type { Phases } from '../../../scripts/strategy/phases.ts'

/* A tiny world without AWS: one pointer, one ledger, a clock, and people who run, crash and roll back at the same time. */

const phases: Phases = [
  { share: 5, minutes: 10 },
  { share: 50, minutes: 10 },
  { share: 100, minutes: 5 },
]
const criteria = criteriaSchema.parse({})

/** An entry of the ledger; `of` is the sequence of the `started` entry that it belongs to. */
export type Entry = {
  readonly type:
    | 'started'
    | 'shifted'
    | 'verified'
    | 'rolled-back'
    | 'rollback'
    | 'rollback-completed'
    | 'held'
    | 'resumed'
  readonly of: number
  readonly revision: string
  readonly phase: number
  readonly at: Date
}

/** What everybody shares. */
export type World = {
  now: Date
  shares: Record<string, number>
  /** Changes with each write of the pointer, as an alias's RevisionId does. */
  guard: number
  readonly entries: Entry[]
  isRinging: boolean
  isBad: boolean
  isQuiet: boolean
  readonly yanked: Set<string>
}

/** A world in which revision 1 was verified. */
export function makeWorld(): World {
  const now = new Date('2026-01-02T03:04:05Z')
  const first = { of: 1, revision: '1', phase: 0, at: now }
  const entries: Entry[] = [
    { type: 'started', ...first },
    { type: 'verified', ...first },
  ]
  const calm = { isRinging: false, isBad: false, isQuiet: false }
  return { now, shares: { 1: 100 }, guard: 0, entries, ...calm, yanked: new Set() }
}

/** The revisions that traffic may end at. */
export function verifiedIn({ entries }: World): string[] {
  return entries.filter(({ type }) => type === 'verified').map(({ revision }) => revision)
}

/** What traffic may go back to, newest last: without what was rolled back from, or yanked. */
function goodIn(world: World): string[] {
  const good: string[] = []
  for (const { type, revision } of world.entries) {
    if (type === 'verified') good.push(revision)
    if (type === 'rollback') good.splice(good.lastIndexOf(revision) + 1)
  }
  return good.filter(revision => !world.yanked.has(revision))
}

function stableIn(world: World): string {
  return goodIn(world).at(-1) ?? '1'
}

/** The entry that began what has not ended. */
function openIn({ entries }: World): number | undefined {
  let open: number | undefined
  for (const [index, { type, of }] of entries.entries()) {
    if (type === 'started' || type === 'rollback') open = index + 1
    if (type === 'verified' || type === 'rolled-back' || type === 'rollback-completed')
      open = open === of ? undefined : open
  }
  return open
}

/** Whether automatic deploys are stopped. */
export function isHeld({ entries }: World): boolean {
  const last = entries.findLast(({ type }) => type === 'rollback' || type === 'held' || type === 'resumed')
  return last !== undefined && last.type !== 'resumed'
}

/** Writes the next entry if nobody wrote one since `seen`. Returns whether it did. */
function append(world: World, seen: number, entry: Omit<Entry, 'at'>): boolean {
  if (world.entries.length !== seen) return false
  world.entries.push({ ...entry, at: world.now })
  return true
}

/** Writes an entry of a person, who tries again until nobody else is faster. */
export function write(world: World, type: 'held' | 'resumed'): void {
  append(world, world.entries.length, { type, of: 0, revision: '', phase: 0 })
}

function point(world: World, guard: number, revision: string, share: number, rest: string): boolean {
  if (world.guard !== guard) return false
  world.shares = { [revision]: share, ...(share === 100 ? {} : { [rest]: 100 - share }) }
  if (share === 0) delete world.shares[revision]
  world.guard++
  return true
}

/** Somebody who does one call to AWS after the other, so that others come between. It can crash between any two. */
export type Actor = { isDone: boolean; next(): void; crash(): void }

/** Rolls a revision out; after a crash it begins again from what the world says. */
export function makeRollout(world: World, revision: string): Actor & { stop(how: OnStop): void } {
  let pending: (() => void)[] = []
  let arrived: number | undefined
  let smoke: Seen['smoke'] = { state: 'not run' }
  let probed = 0
  let stop: OnStop | undefined
  const actor = {
    isDone: false,
    stop(how: OnStop) {
      stop = how
    },
    next() {
      const call = pending.shift()
      if (call !== undefined) return call()
      if (!actor.isDone) look()
    },
    crash() {
      pending = []
      arrived = undefined
      smoke = { state: 'not run' }
      probed = 0
      stop = undefined
      actor.isDone = false
    },
  }
  return actor

  function look(): void {
    const [head, guard, stable] = [world.entries.length, world.guard, stableIn(world)]
    const token = world.entries.findLastIndex(one => one.type === 'started' && one.revision === revision) + 1
    const claim = claimOf(token)
    if (claim === undefined) {
      // Nothing of this revision is open, and nobody else's is: it begins.
      if (!isHeld(world) && revision !== stable && world.shares[stable] === 100)
        append(world, head, { type: 'started', of: head + 1, revision, phase: 0 })
      else actor.isDone = true
      return
    }
    const seen = see(claim, stable)
    const begun = claim.by === 'us' ? claim.begun?.phase : undefined
    if (begun !== undefined && 'share' in seen.traffic && seen.traffic.share === phases[begun]?.share)
      arrived = begun
    act(nextStep(seen), { head, guard, stable, token })
  }

  function claimOf(token: number): Claim | undefined {
    const open = openIn(world)
    const mine = world.entries.filter(({ of, type }) => of === token && type !== 'rollback')
    const shifted = mine.findLast(({ type }) => type === 'shifted')
    const begun = shifted && { phase: shifted.phase, at: shifted.at }
    if (token > 0 && open === token) return { by: 'us', begun, hold: isHeld(world) ? 'a hold' : undefined }
    const isEnded = mine.some(({ type }) => type === 'verified' || type === 'rolled-back')
    if (open === undefined && (token === 0 || isEnded)) return undefined
    const isOfAnother = (one: Entry) =>
      one.type === 'rollback' || (one.type === 'started' && one.revision !== revision)
    const takesAll = !isEnded && world.entries.slice(token).some(isOfAnother)
    return { by: 'another', says: `entry ${world.entries.length}`, takesAll }
  }

  function see(claim: Claim, stable: string): Seen {
    const share = world.shares[revision] ?? 0
    const isExplained = share + (revision === stable ? 0 : (world.shares[stable] ?? 0)) === 100
    const requests = world.isQuiet ? 10 : 200
    const begun = claim.by === 'us' ? claim.begun : undefined
    return {
      phases,
      criteria,
      claim,
      traffic: isExplained
        ? { state: 'at rest', share }
        : { state: 'unexplained', says: JSON.stringify(world.shares) },
      arrived: begun !== undefined && arrived === begun.phase,
      alarms: [{ name: 'errors', state: world.isRinging ? 'ringing' : 'ok' }],
      arms: {
        canary: { requests, errors: world.isBad ? requests : 0 },
        stable: { requests: 1000, errors: 0 },
        earlier: { requests: 0, errors: 0 },
        probed,
      },
      smoke,
      withdrawn: world.yanked.has(revision) ? 'it was yanked' : undefined,
      stop,
      now: world.now,
    }
  }

  type Sight = {
    readonly head: number
    readonly guard: number
    readonly stable: string
    readonly token: number
  }

  function act(step: Step, { head, guard, stable, token }: Sight): void {
    const entry = (type: Entry['type'], phase: number) => ({ type, of: token, revision, phase })
    switch (step.step) {
      case 'smoke':
        smoke = { state: 'passed' }
        return
      case 'probe':
        probed += step.calls
        return
      case 'wait':
        return
      case 'shift':
        pending = [
          () => {
            // Somebody was faster: look again.
            if (!step.isBegun && !append(world, head, entry('shifted', step.phase))) pending = []
            probed = 0
          },
          () => void point(world, guard, revision, step.share, stable),
        ]
        return
      case 'complete':
        pending = [() => void (append(world, head, entry('verified', 0)) && finish())]
        return
      case 'back':
        pending = [
          () => {
            // Somebody was faster: look again.
            if (!point(world, guard, revision, 0, stable)) pending = []
          },
          closeBack(token),
        ]
        return
      case 'hold':
        pending = [() => void (append(world, head, entry('held', 0)) && finish())]
        return
      default:
        // What was refused closes what it began.
        pending = step.step === 'refuse' ? [closeBack(token)] : []
        if (step.step === 'yield') finish()
    }
  }

  function closeBack(token: number): () => void {
    return () => {
      const seen = world.entries.length
      if (openIn(world) === token) append(world, seen, { type: 'rolled-back', of: token, revision, phase: 0 })
      finish()
    }
  }

  function finish(): void {
    actor.isDone = true
  }
}

/** Sends all traffic back at once, writes the entry, and looks whether it stayed there. */
export function makeRollback(world: World): Actor {
  let place = 0
  let token = 0
  let target = '1'
  const actor = { isDone: false, next, crash }
  return actor

  function crash(): void {
    place = 0
  }

  function next(): void {
    place++
    if (place === 1) target = whereTo()
    if (place === 1 || place === 3) send()
    if (place === 2) token = enter('rollback', world.entries.length + 1)
    if (place === 4) enter('rollback-completed', token)
    actor.isDone = place === 4
  }

  function enter(type: Entry['type'], of: number): number {
    append(world, world.entries.length, { type, of, revision: target, phase: 0 })
    return of
  }

  /** From a rollout in progress to what was verified last, and from there to what was verified before. */
  function whereTo(): string {
    const good = goodIn(world)
    const [last, before] = [good.at(-1) ?? '1', good.at(-2)]
    return world.shares[last] === 100 && openIn(world) === undefined ? (before ?? last) : last
  }

  function send(): void {
    if (world.shares[target] !== 100) point(world, world.guard, target, 100, target)
  }
}
