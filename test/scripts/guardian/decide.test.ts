import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Call, type Decision, decide, type Sight } from '../../../scripts/guardian/decide.ts'
import type { Deployment, LedgerEvent } from '../../../scripts/ledger/entry.ts'
import { isKnown, parseEntry } from '../../../scripts/ledger/entry.ts'
import type { Digest } from '../../../scripts/names/digest.ts'
import { hintOf, wayBackIn } from '../../../scripts/rollout/hints/way-back.ts'
import { entryTexts, target } from '../../support/ledger-entries.ts'

const alarm: Call = { type: 'alarm', name: 'service-b-staging-errors', rings: true, at: undefined }
const deadline = (started: number): Call => ({ type: 'deadline', service: target.service, started })

function deploymentOf(revision: string): Deployment {
  const tag = `service-b-v1.${revision}.0`
  const sha = (digit: string) => `sha256:${digit.repeat(64)}` as Digest
  const applied = { kind: 'lambda-zip', tag, revision }
  return {
    tag,
    digest: sha(revision),
    settings: sha('5'),
    commit: 'c'.repeat(40) as Deployment['commit'],
    applied,
  }
}

const started = (revision: string): LedgerEvent => ({ type: 'started', deployment: deploymentOf(revision) })
const verified = (revision: string, at: number): LedgerEvent => {
  return { type: 'verified', started: at, deployment: deploymentOf(revision) }
}
const shifted: LedgerEvent = {
  type: 'shifted',
  started: 3,
  phase: 1,
  share: 10,
  deadline: '2030-01-01T00:00:00Z',
}
const held: LedgerEvent = { type: 'held', reason: 'incident' }
const rollback: LedgerEvent = {
  type: 'rollback',
  deployment: deploymentOf('1'),
  of: 2,
  from: { revision: '2' },
  reason: 'loses orders',
}
const rolledBack: LedgerEvent = { type: 'rolled-back', started: 3, to: '1', reason: 'the alarm rings' }

/** Revision 1 is verified. */
const before = [started('1'), verified('1', 1)]
/** And the rollout of revision 2 has begun its first phase. */
const open = [...before, started('2'), shifted]
/** And revision 2 is verified, too. */
const done = [...open, verified('2', 3)]

/** What is seen so many minutes after the newest of some entries. */
function seen(events: readonly LedgerEvent[], shares: Sight['shares'], minutes = 0): Sight {
  const texts = entryTexts(events)
  const entry = parseEntry(texts.at(-1) ?? '', target, texts.length)
  const time = new Date(Date.parse(entry.time) + minutes * 60_000)
  return { head: { entry, state: entry.state, time }, shares }
}

const part = (decision: Decision) =>
  decision.step === 'back'
    ? { to: decision.to.revision, started: decision.started, holds: decision.holds }
    : decision.says

describe('goes back', () => {
  it.each([
    ['an alarm in a phase', alarm, seen(open, { 1: 90, 2: 10 }), { to: '1', started: 3, holds: true }],
    ['an alarm at all traffic', alarm, seen(open, { 2: 100 }), { to: '1', started: 3, holds: true }],
    [
      'an alarm while a person holds it',
      alarm,
      seen([...open, held], { 1: 90, 2: 10 }),
      { to: '1', started: 3, holds: true },
    ],
    [
      'an alarm where only the entry is missing',
      alarm,
      seen(open, { 1: 100 }),
      { to: '1', started: 3, holds: true },
    ],
    ['a deadline', deadline(3), seen(open, { 1: 90, 2: 10 }), { to: '1', started: 3, holds: true }],
    [
      'a deadline a day late',
      deadline(3),
      seen(open, { 2: 100 }, 1500),
      { to: '1', started: 3, holds: true },
    ],
    [
      'a deadline before any traffic moved',
      deadline(3),
      seen(open.slice(0, 3), { 1: 100 }),
      { to: '1', started: 3, holds: false },
    ],
    [
      'an alarm just after it was verified',
      alarm,
      seen(done, { 2: 100 }, 29),
      { to: '1', started: undefined, holds: true },
    ],
  ])('for %s', (_, call, sight, expected) => {
    expect(part(decide(call, sight, 30))).toEqual(expected)
  })
})

describe('does nothing, and says why', () => {
  it.each([
    [
      'an alarm half an hour after',
      alarm,
      seen(done, { 2: 100 }, 31),
      'nothing was deployed in the last 30 minutes',
    ],
    [
      'an alarm before any traffic moved',
      alarm,
      seen(open.slice(0, 3), { 1: 100 }),
      'has moved no traffic yet',
    ],
    ['a deadline that was met', deadline(3), seen(done, { 2: 100 }), 'is over'],
    ['a deadline that fires twice', deadline(3), seen([...open, rolledBack], { 1: 100 }), 'is over'],
    [
      'a deadline of a rollout before',
      deadline(1),
      seen(open, { 1: 90, 2: 10 }),
      'entry 3 began another one',
    ],
    ['a person who goes back', alarm, seen([...open, rollback], { 1: 90, 2: 10 }), 'somebody is going back'],
    [
      'a person who has held it since',
      alarm,
      seen([...done, held], { 2: 100 }),
      'somebody has acted since: entry 6, held',
    ],
    [
      'traffic that somebody sent elsewhere',
      alarm,
      seen(open, { 1: 60, 7: 40 }),
      'sent traffic to revision 7',
    ],
    [
      'traffic that somebody divided',
      alarm,
      seen(done, { 1: 50, 2: 50 }),
      'does not go to what was verified last',
    ],
    ['a first deployment', deadline(1), seen([started('1')], { 1: 100 }), 'nothing was verified before'],
    ['nothing older', alarm, seen(before, { 1: 100 }), 'nothing was verified before'],
    ['no alias', alarm, seen(open, undefined), 'goes through nothing that exists'],
  ])('about %s', (_, call, sight, says) => {
    const decision = decide(call, sight, 30)
    expect(decision).toMatchObject({ step: 'nothing', says: expect.stringContaining(says) })
    expect(decision).not.toHaveProperty('isBlind')
  })

  it('about an empty ledger', () => {
    const head = { entry: undefined, state: { hold: null, open: null, good: [] }, time: new Date(0) }
    expect(part(decide(alarm, { head, shares: { 1: 100 } }, 30))).toContain('no ledger knows the service')
  })

  it('about a ledger of a newer Waybill', () => {
    const [first = ''] = entryTexts(open)
    const newer = parseEntry(first.replace('"schema": 1', '"schema": 2'), target, 1)
    const head = { entry: newer, state: newer.state, time: new Date(newer.time) }
    expect(part(decide(alarm, { head, shares: { 1: 90, 2: 10 } }, 30))).toContain(
      'a newer Waybill wrote entry 1',
    )
  })

  it.each([
    ['the ledger', { ...seen(open, { 1: 90, 2: 10 }), head: { missing: 'S3 is away' } }],
    ['the traffic', seen(open, { missing: 'Lambda is away' })],
  ])('where %s cannot be seen, and asks to be called again', (_, sight) => {
    expect(decide(alarm, sight, 30)).toMatchObject({ step: 'nothing', isBlind: true })
    expect(decide(deadline(3), sight, 30)).toMatchObject({ step: 'nothing', isBlind: true })
  })
})

describe('the hint beside an entry', () => {
  const event = fc.oneof(
    ...['1', '2', '3'].map(revision => fc.constant(started(revision))),
    ...[3, 4, 5].flatMap(at => [
      fc.constant<LedgerEvent>({ ...shifted, started: at } as LedgerEvent),
      fc.constant<LedgerEvent>({ type: 'completed', started: at }),
      fc.constant(verified(String((at % 3) + 1), at)),
    ]),
    ...[held, rollback, rolledBack, { type: 'resumed', reason: 'fine' } as const].map(one =>
      fc.constant(one),
    ),
  )
  const shares = fc.constantFrom<Sight['shares']>(
    ...[{ 1: 100 }, { 2: 100 }, { 3: 100 }, { 1: 90, 2: 10 }, { 2: 50, 3: 50 }, undefined],
  )
  const call = fc.constantFrom(alarm, deadline(1), deadline(3))

  it('leads back exactly where the entry does', () => {
    let backs = 0
    const isAlike = (events: LedgerEvent[], now: Sight['shares'], why: Call, minutes: number) => {
      const { head } = seen([...before, ...events], now, minutes)
      if (!('entry' in head) || head.entry === undefined || !isKnown(head.entry)) return
      const { entry, time } = head
      const byEntry = decide(why, { head, shares: now }, 30)
      const hint = hintOf(entry)
      const way = hint === undefined ? undefined : wayBackIn(hint, entry.sequence)
      const byHint = way && decide(why, { head: { way, time }, shares: now }, 30)
      if (byEntry.step === 'back') backs++
      expect(byHint?.step === 'back' ? byHint : undefined).toEqual(
        byEntry.step === 'back' ? { ...byEntry, to: { ...byEntry.to } } : undefined,
      )
    }
    const events = fc.array(event, { minLength: 1, maxLength: 7 })
    const minutes = fc.constantFrom(0, 20, 40)
    fc.assert(fc.property(events, shares, call, minutes, isAlike), { numRuns: 2000, seed: 14 })
    expect(backs).toBeGreaterThan(40)
  })

  it('counts for its own entry only, and only as this Waybill writes it', () => {
    const entry = parseEntry(entryTexts(open).at(-1) ?? '', target, open.length)
    const hint = (isKnown(entry) && hintOf(entry)) || ''
    expect(wayBackIn(hint, open.length)).toMatchObject({ to: { revision: '1' } })
    expect(wayBackIn(hint, open.length + 1)).toBeUndefined()
    expect(wayBackIn('%', 4)).toBeUndefined()
  })

  it('counts for nothing where a newer Waybill left it, even if it looks the same', () => {
    const entry = parseEntry(entryTexts(open).at(-1) ?? '', target, open.length)
    const hint = (isKnown(entry) && hintOf(entry)) || ''
    const says = JSON.parse(Buffer.from(hint, 'base64url').toString())
    const withSchema = (schema: unknown) =>
      Buffer.from(JSON.stringify({ ...says, schema })).toString('base64url')
    expect(wayBackIn(withSchema(1), open.length)).toBeDefined()
    expect(wayBackIn(withSchema(2), open.length)).toBeUndefined()
    expect(wayBackIn(withSchema(undefined), open.length)).toBeUndefined()
  })
})
