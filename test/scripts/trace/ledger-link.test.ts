import { expect, it } from 'vitest'
import { unwrap } from '../../../scripts/base/attempt.ts'
import { UserError } from '../../../scripts/base/user-error.ts'
import type { Deployment, LedgerEvent } from '../../../scripts/ledger/entry.ts'
import { ledgerErrors } from '../../../scripts/ledger/errors.ts'
import { fateTeller, type LedgerSeen } from '../../../scripts/trace/fate.ts'
import { isLedger, ledgerLink } from '../../../scripts/trace/ledger-link.ts'
import { entryTexts, linksOf } from '../../support/ledger-entries.ts'
import { commit, digest } from '../samples.ts'

const tag = 'service-b-v1.1.0'

function deployment(version: string, revision: string): Deployment {
  const of = `service-b-v${version}`
  const applied = { kind: 'lambda-zip', tag: of, revision }
  return { tag: of, digest: digest('a'), settings: digest('b'), commit: commit('c'), applied }
}

const [one, two] = [deployment('1.0.0', '1'), deployment('1.1.0', '2')]
const newer = deployment('1.1.0', '3')

const verified = (of: Deployment, at: number): LedgerEvent[] => [
  { type: 'started', deployment: of },
  { type: 'completed', started: at },
  { type: 'verified', started: at, deployment: of },
]
const fromTwo: LedgerEvent = {
  type: 'rollback',
  deployment: one,
  of: 3,
  from: { revision: '2' },
  reason: 'loses orders',
}

function seenIn(events: readonly LedgerEvent[], more: Partial<LedgerSeen> = {}): LedgerSeen {
  const teller = fateTeller(tag)
  for (const { entry } of linksOf(entryTexts(events))) teller.add(unwrap(entry))
  return {
    entries: events.length,
    fate: teller.fate(),
    hold: undefined,
    good: undefined,
    faults: [],
    ...more,
  }
}

const hold = { sequence: 7, by: 'alice', since: '2026-01-02T03:07:00.000Z', reason: 'loses orders' }
const here = { environment: 'prod', isPinned: true, isRunning: true }
const elsewhere = { ...here, isPinned: false, isRunning: false }
const sixth = 'verified 2026-01-02 03:06 UTC by alice (entry 6)'

it.each<[string, LedgerSeen, typeof here, string]>([
  ['a verified release', seenIn([...verified(one, 1), ...verified(two, 4)]), here, `ok: ${sixth}`],
  [
    'one that another replaced',
    seenIn([...verified(one, 1), ...verified(two, 4)]),
    elsewhere,
    `note: ${sixth}`,
  ],
  [
    'one that is held',
    seenIn(verified(two, 1), { hold }),
    here,
    'ok: verified 2026-01-02 03:03 UTC by alice (entry 3); held by alice since 2026-01-02 03:07 UTC: loses orders',
  ],
  [
    'one that traffic was sent back from',
    seenIn([...verified(one, 1), ...verified(two, 4), fromTwo]),
    elsewhere,
    `note: ${sixth}, then traffic was sent back from it 2026-01-02 03:07 UTC by alice (entry 7): loses orders`,
  ],
  [
    'one that traffic was sent back from, and which is still pinned',
    seenIn([...verified(one, 1), ...verified(two, 4), fromTwo]),
    { ...here, isRunning: false },
    `broken: ${sixth}, then traffic was sent back from it 2026-01-02 03:07 UTC by alice (entry 7): loses orders; but it is pinned`,
  ],
  [
    'one that runs although traffic was sent back from it',
    seenIn([...verified(one, 1), ...verified(two, 4), fromTwo]),
    here,
    `broken: ${sixth}, then traffic was sent back from it 2026-01-02 03:07 UTC by alice (entry 7): loses orders; but it runs`,
  ],
  [
    'one that traffic was sent back to, from newer settings',
    seenIn([
      ...verified(two, 1),
      ...verified(newer, 4),
      { type: 'rollback', deployment: two, of: 3, from: { revision: '3' }, reason: 'slow' },
    ]),
    here,
    `ok: ${sixth}, then traffic was sent back to it 2026-01-02 03:07 UTC by alice (entry 7): slow`,
  ],
  [
    'one whose service was destroyed',
    seenIn([...verified(one, 1), ...verified(two, 4), { type: 'destroyed', tag, reason: 'moved' }]),
    { ...here, isRunning: false },
    `note: ${sixth}, then the service was destroyed 2026-01-02 03:07 UTC by alice (entry 7): moved`,
  ],
  [
    'one that runs although the service was destroyed',
    seenIn([...verified(two, 1), { type: 'destroyed' }]),
    here,
    'broken: verified 2026-01-02 03:03 UTC by alice (entry 3), then the service was destroyed 2026-01-02 03:04 UTC by alice (entry 4); but it runs',
  ],
  [
    'one that traffic was sent back from before the service was destroyed',
    seenIn([...verified(one, 1), ...verified(two, 4), fromTwo, { type: 'destroyed' }]),
    elsewhere,
    `note: ${sixth}, then traffic was sent back from it 2026-01-02 03:07 UTC by alice (entry 7): loses orders`,
  ],
  [
    'a rollout in progress',
    seenIn([{ type: 'started', deployment: two }]),
    { ...here, isRunning: false },
    'note: a rollout began 2026-01-02 03:01 UTC by alice (entry 1) and has not ended',
  ],
  [
    'a rollout that AWS ended',
    seenIn([
      { type: 'started', deployment: two },
      { type: 'rolled-back', started: 1, to: '1', reason: 'alarm' },
    ]),
    { ...here, isRunning: false },
    'note: a rollout was rolled back 2026-01-02 03:02 UTC by alice (entry 2): alarm',
  ],
  [
    'one that runs and that no entry knows',
    seenIn(verified(one, 1)),
    here,
    'broken: no entry knows the release that runs',
  ],
  [
    'one that is only pinned',
    seenIn(verified(one, 1)),
    { ...here, isRunning: false },
    'note: not deployed yet',
  ],
  ['a ledger without entries', seenIn([]), here, 'note: it has no entries yet'],
  [
    'a ledger that was changed',
    seenIn(verified(two, 1), { faults: [{ sequence: 2, fault: 'is missing' }] }),
    here,
    'broken: entry 2 is missing',
  ],
])('of %s the ledger says so', (_, seen, place, said) => {
  const [link] = ledgerLink(place, { value: seen })
  expect(`${link?.state}: ${link?.detail}`).toBe(said)
  expect(isLedger(link?.name ?? '')).toBe(true)
})

it('where the ledger never heard of a release that is not pinned either, nothing is said', () => {
  expect(ledgerLink(elsewhere, { value: seenIn(verified(one, 1)) })).toEqual([])
  expect(ledgerLink(elsewhere, undefined)).toEqual([])
})

it('a ledger that cannot be read is a note, and one that cannot be true is broken', () => {
  const about = (code: 'ledger-missing' | 'ledger-foreign' | 'ledger-broken') =>
    ledgerLink(here, { error: new UserError(ledgerErrors[code], 'a problem') })
  expect(about('ledger-missing')).toEqual([
    { name: 'ledger prod', state: 'note', detail: 'not checked: a problem' },
  ])
  expect(about('ledger-foreign')).toEqual([{ name: 'ledger prod', state: 'broken', detail: 'a problem' }])
  expect(about('ledger-broken')).toEqual([{ name: 'ledger prod', state: 'broken', detail: 'a problem' }])
})
