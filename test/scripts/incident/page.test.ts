import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../scripts/incident/incident.ts'
import { incidentPage } from '../../../scripts/incident/page.ts'
import { settingChanges } from '../../../scripts/incident/settings-changes.ts'
import { digest, sampleError, service } from '../samples.ts'

const withText = (text: string): Incident => ({
  target: { service: service('service-b'), environment: 'prod' },
  sequence: 7,
  id: '00000000-0000-4000-8000-000000000000',
  by: text,
  began: '2026-01-02T03:00:00.000Z',
  ended: '2026-01-02T03:20:00.000Z',
  reason: text,
  bad: { tag: 'service-b-v1.1.0', digest: digest('b'), revision: '2' },
  good: { tag: 'service-b-v1.0.0', digest: digest('a'), revision: '1' },
  activities: [
    {
      sequence: 7,
      what: 'deploy',
      who: { arn: `arn:aws:sts::222222222222:assumed-role/admin/${text}` },
      time: '2026-01-02T03:00:00.000Z',
      from: 'service-b-v1.0.0',
      to: 'service-b-v1.1.0',
      verdict: 'rolled back',
      reason: text,
      phases: [{ phase: 1, share: 10, time: '2026-01-02T03:01:00.000Z', deadline: 'x', seconds: 300 }],
      entries: [],
    },
  ],
  commits: { value: [{ commit: 'c'.repeat(40), subject: text }] },
  settings: { value: [{ path: 'settings.variables.X', before: text, after: undefined }] },
  alarms: { value: [{ alarm: text, at: '2026-01-02T03:04:00.000Z', summary: text }] },
  log: {
    value: { group: '/aws/lambda/x', isOfRevision: true, lines: [{ at: '2026-01-02T03:04:00.000Z', text }] },
  },
  carriers: { value: ['service-b-v1.1.0', 'service-b-v1.2.0'] },
  isHeld: true,
})

const hostile = ['`', '``', '```', '\n', '~~~', '# ', '@octocat', '#12', '<b>', '[x](y)', '|', '\u202e', ' ']
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 10,
  })
  .map(parts => parts.join(''))

describe('the page of an incident', () => {
  it('reads from what ran to what to do next', () => {
    const page = incidentPage(withText('loses orders'))
    expect(page.split('\n').filter(line => line.startsWith('#'))).toEqual([
      '# `service-b` in `prod`: traffic went back',
      '## What changed',
      '## What was observed',
      '## Who did what',
      '## Which releases carry it',
      '## What next',
    ])
    for (const part of [
      '- Ran: `service-b-v1.1.0`, revision `2`,',
      '- Reason: `loses orders`',
      '- `cccccccccc` `loses orders`',
      '- `settings.variables.X`: `loses orders` → `not set`',
      '- Phase 1 of `service-b-v1.1.0`: 10 % from 2026-01-02 03:01 UTC, for 300 s',
      '- 2026-01-02 03:04 UTC `loses orders`: `loses orders`',
      '2026-01-02T03:04:00.000Z loses orders\n```',
      'entry 7: `loses orders`, `deploy`, `service-b-v1.0.0` → `service-b-v1.1.0`, rolled back, `loses orders`',
      '- `service-b-v1.2.0`',
      "make resume ENV=prod SERVICE=service-b REASON='…'",
    ])
      expect(page).toContain(part)
  })

  it('has the same lines whatever a text from outside holds', () => {
    const lines = incidentPage(withText('x')).split('\n').length
    const fences = (page: string) => page.split('\n').filter(line => /^(`{3,}|~{3,})/.test(line)).length
    fc.assert(
      fc.property(text, value => {
        const page = incidentPage(withText(value))
        expect(page.split('\n')).toHaveLength(lines)
        expect(page.split('\n').filter(line => line.startsWith('#'))).toHaveLength(6)
        expect(fences(page)).toBeLessThanOrEqual(5)
      }),
    )
  })

  it('names what could not be read, each on its own', () => {
    const error = sampleError('the log cannot be read', { cause: 'AccessDenied' })
    const page = incidentPage({
      ...withText('x'),
      ...{ commits: { error }, settings: { error }, alarms: { error }, log: { error }, carriers: { error } },
      good: undefined,
    })
    expect(page.match(/could not be read: `the log cannot be read: AccessDenied`/g)).toHaveLength(5)
    expect(page).toContain('- Went back to: what no entry of the ledger knows')
  })
})

it.each([
  [{ a: 1, b: { c: 'x' } }, { a: 1, b: { c: 'y' } }, [['b.c', '"x"', '"y"']]],
  [undefined, { a: [1] }, [['a', undefined, '[1]']]],
  [
    { a: {} },
    { a: { b: null } },
    [
      ['a', '{}', undefined],
      ['a.b', undefined, 'null'],
    ],
  ],
  [{ a: 1 }, { a: 1 }, []],
])('settings %j and %j differ in %j', (before, after, expected) => {
  expect(settingChanges(before, after).map(one => [one.path, one.before, one.after])).toEqual(expected)
})
