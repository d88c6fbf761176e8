import { expect, it } from 'vitest'
import type { Hold } from '../../../scripts/ledger/hold.ts'
import { initialState, type State } from '../../../scripts/ledger/state.ts'
import { findInState, type LedgerSeen } from '../../../scripts/reconcile/ledger-faults.ts'
import { target } from '../../support/ledger-entries.ts'

const now = new Date('2026-01-20T12:00:00.000Z')
const at = '2026-01-20T10:00:00.000Z'
const open: State['open'] = { sequence: 7, type: 'rollout', revision: '2' }
const rollout = (deadline: string | undefined, more: Partial<NonNullable<State['open']>> = {}) => ({
  state: { ...initialState, open: { ...open, ...more } },
  begun: { at, deadline },
})
const hold = (since: string): Hold => ({ sequence: 3, by: 'alice', since, reason: 'loses orders' })
const shift = { sequence: 8, phase: 1, share: 10, deadline: '2026-01-20T11:00:00.000Z' }

it.each<[string, Partial<LedgerSeen>, RegExp[]]>([
  ['nothing', {}, []],
  ['a rollout in its time', rollout('2026-01-20T12:00:01.000Z'), []],
  [
    'a rollout past its deadline',
    rollout('2026-01-20T11:59:59.000Z'),
    [/entry 7 .*over by 2026-01-20 11:59 UTC/],
  ],
  ['a phase that nobody continued', rollout(undefined, { shift }), [/over by 2026-01-20 11:00/]],
  ['a rollout without phases on its day', rollout(undefined), []],
  [
    'one of the day before',
    { ...rollout(undefined), now: new Date('2026-01-21T10:00:01.000Z') },
    [/over by 2026-01-21 10:00/],
  ],
  ['a hold of this week', { hold: hold('2026-01-14T12:00:00.000Z') }, []],
  [
    'an old hold',
    { hold: hold('2026-01-13T11:59:59.000Z') },
    [/more than a week: held by alice .*loses orders/],
  ],
  [
    'both',
    { ...rollout('2026-01-20T11:00:00.000Z'), hold: hold('2026-01-01T00:00:00.000Z') },
    [/entry 7/, /more than a week/],
  ],
])('%s', (_, seen, problems) => {
  const found = findInState(target, { state: initialState, now, begun: undefined, hold: undefined, ...seen })
  expect(found.map(({ problem }) => problem)).toEqual(problems.map(one => expect.stringMatching(one)))
  for (const { error } of found)
    expect(error?.remedy).toMatch(/^make (rollback|resume) ENV=staging SERVICE=service-b /)
})
