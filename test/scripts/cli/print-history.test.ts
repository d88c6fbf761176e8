import { expect, it } from 'vitest'
import { printHistory } from '../../../scripts/cli/print-history.ts'
import { reporter } from '../../../scripts/cli/reporter.ts'
import type { Activity } from '../../../scripts/ledger/history.ts'

const base = {
  who: { arn: 'arn:aws:sts::1:assumed-role/admin/alice' },
  time: '2026-01-02T03:04:05.000Z',
  entries: [],
}
const activities: Activity[] = [
  { ...base, sequence: 12, what: 'hold', reason: 'loses orders' },
  {
    ...base,
    sequence: 11,
    what: 'deploy',
    from: 'service-a-v1.0.0',
    to: 'service-a-v1.1.0',
    verdict: 'verified',
    seconds: 130,
    plan: `sha256:${'0123456789abcdef'.repeat(4)}` as NonNullable<Activity['plan']>,
  },
]

function printed(columns: number, what = activities, now = '2026-01-02T03:30:00Z'): string[] {
  let text = ''
  const stream = { write: (line: string) => (text += line), isTTY: true, columns, getColorDepth: () => 1 }
  printHistory(reporter(stream), what, new Date(now))
  return text.replaceAll('\r\x1b[2K', '').trimEnd().split('\n')
}

it('a history fits 80 columns, with who, plan and why below', () => {
  expect(printed(80)).toEqual([
    'entry  when (UTC)        what    from → to      took   verdict',
    '12     2026-01-02 03:04  hold',
    '       by alice, loses orders',
    '11     2026-01-02 03:04  deploy  1.0.0 → 1.1.0  2m10s  verified',
    '       by alice, plan 01234567',
  ])
})

it('a destroyed service leaves nothing', () => {
  const gone = { ...base, sequence: 13, what: 'destroy', from: 'service-a-v1.1.0', reason: 'moved' }
  const other = { ...base, sequence: 14, what: 'destroy' }
  expect(printed(60, [other, gone])).toEqual([
    'entry  when (UTC)        what     from → to',
    '14     2026-01-02 03:04  destroy',
    '       by alice',
    '13     2026-01-02 03:04  destroy  1.1.0 → nothing',
    '       by alice, moved',
  ])
})

it('has them beside it where there is room', () => {
  expect(printed(120)).toEqual([
    'entry  when (UTC)        what    from → to      took   verdict   who    plan      why',
    '12     2026-01-02 03:04  hold                                    alice            loses orders',
    '11     2026-01-02 03:04  deploy  1.0.0 → 1.1.0  2m10s  verified  alice  01234567',
  ])
})

it('has the phases of a rollout below it, however wide it is', () => {
  const [, deploy] = activities as [Activity, Activity]
  const deadline = '2026-01-02T04:04:05.000Z'
  const first = { phase: 1, share: 5, time: deploy.time, deadline, seconds: 900 }
  const second = { phase: 2, share: 25, time: '2026-01-02T03:19:05.000Z', deadline }
  const rollout = { ...deploy, phases: [first, second] }
  const lines = (columns: number, verdict: NonNullable<Activity['verdict']>) =>
    printed(columns, [{ ...rollout, verdict }]).filter(line => line.includes('phase'))
  for (const columns of [80, 120])
    expect(lines(columns, 'not ended')).toEqual([
      '       phase 1: 5 % at 2026-01-02 03:04 UTC for 15m0s',
      '       phase 2: 25 % at 2026-01-02 03:19 UTC; to be continued by 2026-01-02 04:04 UTC',
    ])
  const late = printed(80, [{ ...rollout, verdict: 'not ended' }], '2026-01-02T04:05:00Z')
  expect(late.at(-1)).toBe(
    '       phase 2: 25 % at 2026-01-02 03:19 UTC; nobody has continued it by 2026-01-02 04:04 UTC',
  )
  expect(lines(80, 'overtaken')[1]).toBe('       phase 2: 25 % at 2026-01-02 03:19 UTC')
})

it('fits with the longest names, versions and reasons', () => {
  const [, deploy] = activities as [Activity, Activity]
  const long = {
    ...deploy,
    sequence: 99999,
    what: 'rollback',
    from: 'service-a-v1.0.0-release-candidate.12',
    to: 'service-a-v1.1.0-release-candidate.13',
    verdict: 'rolled back',
    seconds: 86_400,
    reason: 'the checkout of every customer who pays by invoice fails with a timeout '.repeat(3).trim(),
  } as const
  for (const columns of [80, 120]) {
    const lines = printed(columns, [long])
    expect(lines.filter(line => line.length > columns)).toEqual([])
    expect(lines.join('\n')).toContain('the checkout of every customer')
  }
})
