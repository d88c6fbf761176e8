import { describe, expect, it } from 'vitest'
import { unwrap } from '../../../scripts/base/attempt.ts'
import type { Deployment, LedgerEvent, ReadEntry } from '../../../scripts/ledger/entry.ts'
import { markedIn, markerKey, markerKeys, markerPrefix } from '../../../scripts/notify/marker.ts'
import { explainedBy, isAnnounced, noticeOf } from '../../../scripts/notify/notice.ts'
import { entryTexts, linksOf, target } from '../../support/ledger-entries.ts'
import { digest } from '../samples.ts'

const deployment = (version: string): Deployment => ({
  tag: `service-b-v${version}`,
  digest: digest('a'),
  settings: digest('5'),
  commit: 'c'.repeat(40) as Deployment['commit'],
  applied: { kind: 'lambda-zip', tag: `service-b-v${version}`, revision: version },
})
const good: LedgerEvent[] = [
  { type: 'started', deployment: deployment('1.0.0') },
  { type: 'verified', started: 1, deployment: deployment('1.0.0') },
  { type: 'started', deployment: deployment('1.1.0') },
]

function lastOf(...events: LedgerEvent[]) {
  const entries = linksOf(entryTexts([...good, ...events])).map(({ entry }) => unwrap(entry))
  const last = entries.at(-1) as ReadEntry
  const notice = noticeOf(last, entries[(explainedBy(last) ?? 0) - 1])
  return { last, notice, facts: Object.fromEntries((notice?.facts ?? []).map(one => [one.name, one.value])) }
}

describe('the notice of an entry', () => {
  it('says that a release is verified', () => {
    const { notice, facts } = lastOf({ type: 'verified', started: 3, deployment: deployment('1.1.0') })
    expect(notice).toMatchObject({
      id: '00000000-0000-4000-8000-000000000000',
      title: 'service-b-v1.1.0 is verified in staging',
      release: { tag: 'service-b-v1.1.0', digest: digest('a') },
    })
    expect(facts).toEqual({
      By: 'alice',
      At: '2026-01-02 03:04 UTC',
      Entry: '4, 00000000-0000-4000-8000-000000000000',
    })
  })

  it('names the release that a rollout took back, which another entry has', () => {
    const back = { type: 'rolled-back', started: 3, to: '1.0.0', reason: 'alarm rings' } as const
    const { last, notice, facts } = lastOf({ ...back, holds: true })
    expect(explainedBy(last)).toBe(3)
    expect(notice).toMatchObject({ title: 'service-b-v1.1.0 was rolled back in staging' })
    expect(facts).toMatchObject({
      Reason: 'alarm rings',
      Traffic: 'back on 1.0.0',
      Deploys: "held until make resume ENV=staging SERVICE=service-b REASON='…'",
      More: 'make incident ENV=staging SERVICE=service-b',
    })
    expect(lastOf(back).facts).not.toHaveProperty('Deploys')
    expect(noticeOf(last, undefined)).toMatchObject({ title: 'service-b was rolled back in staging' })
  })

  it('says where a person went back to', () => {
    const from = { tag: 'service-b-v1.1.0', revision: '1.1.0' }
    const { notice, facts } = lastOf({
      type: 'rollback',
      deployment: deployment('1.0.0'),
      from,
      reason: 'loses orders',
    })
    expect(notice?.title).toBe('service-b in staging was sent back to service-b-v1.0.0')
    expect(facts).toMatchObject({ Before: 'service-b-v1.1.0', Reason: 'loses orders' })
    expect(facts).toHaveProperty('Deploys')
  })

  it('knows the digest of what was destroyed from the entry before', () => {
    const { notice } = lastOf({ type: 'destroyed', tag: 'service-b-v1.0.0', revision: '1.0.0' })
    expect(notice).toMatchObject({
      title: 'service-b was destroyed in staging',
      release: { tag: 'service-b-v1.0.0', digest: digest('a') },
    })
  })

  it.each<[LedgerEvent, string]>([
    [{ type: 'held', reason: 'x' }, 'Deploys of service-b to staging are held'],
    [{ type: 'resumed', reason: 'x' }, 'service-b may be deployed to staging again'],
  ])('%j', (event, title) => expect(lastOf(event).notice?.title).toBe(title))

  it('is for the ends alone', () => {
    const started = lastOf()
    expect([isAnnounced(started.last), started.notice]).toEqual([false, undefined])
    expect(isAnnounced(lastOf({ type: 'completed', started: 3 }).last)).toBe(false)
  })

  it('is left to a newer Waybill where that wrote the entry', () => {
    const { last } = lastOf({ type: 'held', reason: 'x' })
    const newer = { ...last, schema: 2, event: { type: 'frozen' } } as unknown as ReadEntry
    expect(noticeOf(newer, undefined)).toBeUndefined()
  })
})

it('a marker has the place of its entry, beside the ledgers', () => {
  expect(markerPrefix(target, 3)).toBe('notices/staging/service-b/9999999996/')
  const key = markerKey(target, 3, 'webhook')
  expect(key).toBe('notices/staging/service-b/9999999996/webhook.json')
  expect(key.startsWith(markerKeys('staging').slice(0, -1))).toBe(true)
  expect([...markedIn([key])]).toEqual(['webhook'])
})
