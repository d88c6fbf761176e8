import { expect, it } from 'vitest'
import type { Attempt } from '../../../scripts/base/attempt.ts'
import { makePin } from '../../../scripts/pin/pin.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { makeYank } from '../../../scripts/release/yank.ts'
import type { Running } from '../../../scripts/rollout/running.ts'
import type { LedgerSeen } from '../../../scripts/trace/fate.ts'
import { isRunning, type TraceSeen, traceLinks } from '../../../scripts/trace/links.ts'
import { commit, digest, sampleError, sampleRelease } from '../samples.ts'

const release = sampleRelease('image')
const record = makeRecord(release, digest('a'))
const other = makeRecord(release, digest('b'))
const yank = makeYank(release.tag, { reason: 'loses orders', by: 'Test', at: '2026-01-01T00:00:00.000Z' })

const whole: TraceSeen = {
  tag: release.tag,
  remoteTag: { object: release.tagObject, commit: release.commit },
  branch: 'main',
  release: { value: release },
  record: { value: record },
  names: release,
  built: digest('a'),
  released: digest('a'),
  yank: { value: undefined },
  referrers: [],
  pins: new Map([['staging', { value: makePin(record) }]]),
  running: new Map(),
  ledgers: new Map(),
}
const running: Running = {
  isApplied: true,
  revision: '2',
  applied: '2',
  says: 'STAGING sends to version 2; applied is version 2',
  tag: 'service-a-v1.1.0',
  released: digest('a'),
  foreign: [],
}
const runningIn = (...seen: [string, Attempt<Running | undefined>][]) => ({
  running: new Map(seen),
})

const [a, b] = [digest('a'), digest('b')]
const built = `service-a-image:${commit('5')}`
const name = 'service-a-image:service-a-v1.1.0'
const [byCommit, byRelease] = ['artifact by commit', 'artifact by release']
const commits = (of = 'c') => `commit ${of.repeat(10)}, source commit 5555555555, tag object 9999999999`
const unrecorded = { record: 'broken: service-a-v1.1.0 has no release record' }
const unpinnable = { 'pin staging': 'broken: this release, which has no usable record' }
const gone = `broken: ${built} is not stored`

const shown = (seen: TraceSeen) =>
  Object.fromEntries(traceLinks(seen).map(({ name: link, state, detail }) => [link, `${state}: ${detail}`]))

it('every link of a release is shown with what it is, in the order in which they depend on each other', () => {
  const signature = { digest: b, artifactType: 'application/vnd.example.signature' }
  expect(Object.entries(shown({ ...whole, referrers: [signature] }))).toEqual([
    ['tag', `ok: object ${release.tagObject}`],
    ['commit', `ok: ${commit('c')} on main`],
    ['source commit', `ok: ${commit('5')}`],
    [byCommit, `ok: ${built} ${a}`],
    [byRelease, `ok: ${name} ${a}`],
    ['record', `ok: ${commits()}, ${a}`],
    ['referrer', `note: application/vnd.example.signature ${b}`],
    ['pin staging', 'ok: this release'],
  ])
})

it.each<[string, Partial<TraceSeen>, Record<string, string>]>([
  [
    'no tag',
    { remoteTag: undefined, branch: undefined, release: undefined },
    {
      tag: 'broken: the remote has no tag service-a-v1.1.0',
      commit: 'broken: unknown without an annotated tag',
      'source commit': 'broken: unknown without the commit',
    },
  ],
  [
    'a lightweight tag',
    { remoteTag: { object: release.tagObject, commit: undefined }, release: undefined },
    {
      tag: `broken: ${release.tagObject} is not an annotated tag`,
      commit: 'broken: unknown without an annotated tag',
      'source commit': 'broken: unknown without the commit',
    },
  ],
  [
    'a release whose branch is gone',
    { branch: undefined },
    { commit: `note: ${commit('c')} is no longer on a release branch; its record proves that it was` },
  ],
  [
    'a commit on no release branch, without a record',
    { branch: undefined, record: { value: undefined } },
    { commit: `broken: ${commit('c')} is on no release branch`, ...unrecorded, ...unpinnable },
  ],
  [
    'a commit on no release branch, and a record of another commit',
    { branch: undefined, record: { value: { ...record, commit: commit('d') } } },
    {
      commit: `broken: ${commit('c')} is on no release branch`,
      record: `broken: it has ${commits('d')}; git has ${commits()}`,
      'pin staging': `broken: it has commit ${commit('c')} and ${a}, but the record has ${commit('d')} and ${a}`,
    },
  ],
  [
    'a commit without the service',
    { release: { error: sampleError('no service') } },
    { 'source commit': 'broken: no service' },
  ],
  [
    'no names',
    { names: undefined },
    {
      [byCommit]: 'broken: its name is unknown without the source commit',
      [byRelease]: 'broken: its name is unknown without the commit',
    },
  ],
  [
    'an expired build of a release',
    { built: undefined },
    { [byCommit]: `note: ${built} is gone; the release name still has it` },
  ],
  [
    'an expired build and no record',
    { built: undefined, record: { value: undefined } },
    { [byCommit]: gone, ...unrecorded, ...unpinnable },
  ],
  [
    'a tag of which nothing was ever stored',
    { built: undefined, released: undefined, record: { value: undefined } },
    { [byCommit]: gone, [byRelease]: `broken: ${name} is not stored`, ...unrecorded, ...unpinnable },
  ],
  [
    'an expired build and another released artifact',
    { built: undefined, released: b },
    { [byCommit]: gone, [byRelease]: `broken: ${name} has ${b}, but the record has ${a}` },
  ],
  ['another build', { built: b }, { [byCommit]: `broken: ${built} has ${b}, but the record has ${a}` }],
  ['no released artifact', { released: undefined }, { [byRelease]: `broken: ${name} is not stored` }],
  [
    'another released artifact',
    { released: b },
    { [byRelease]: `broken: ${name} has ${b}, but the record has ${a}` },
  ],
  [
    'an unpromoted tag whose names disagree',
    { record: { value: undefined }, released: b },
    { [byRelease]: `broken: ${name} has ${b}, but ${built} has ${a}`, ...unrecorded, ...unpinnable },
  ],
  ['an unpromoted tag whose names agree', { record: { value: undefined } }, { ...unrecorded, ...unpinnable }],
  [
    'an unusable record',
    { record: { error: sampleError('not JSON') } },
    { record: 'broken: not JSON', ...unpinnable },
  ],
  [
    'a record of another commit',
    { record: { value: { ...record, commit: commit('d') } } },
    {
      record: `broken: it has ${commits('d')}; git has ${commits()}`,
      'pin staging': `broken: it has commit ${commit('c')} and ${a}, but the record has ${commit('d')} and ${a}`,
    },
  ],
  [
    'a record of another artifact',
    { record: { value: other } },
    {
      [byCommit]: `broken: ${built} has ${a}, but the record has ${b}`,
      [byRelease]: `broken: ${name} has ${a}, but the record has ${b}`,
      record: `ok: ${commits()}, ${b}`,
      'pin staging': `broken: it has commit ${commit('c')} and ${a}, but the record has ${commit('c')} and ${b}`,
    },
  ],
  [
    'a pin of another release',
    { pins: new Map([['staging', { value: { ...makePin(other), tag: 'service-a-v1.0.0' } }]]) },
    { 'pin staging': 'note: another release: service-a-v1.0.0' },
  ],
  [
    'a pin that cannot be used',
    { pins: new Map([['staging', { error: sampleError('not JSON') }]]) },
    { 'pin staging': 'broken: not JSON' },
  ],
  [
    'an unusable yank marker',
    { yank: { error: sampleError('not JSON') } },
    {
      yank: 'broken: not JSON',
      'pin staging': 'broken: this release, which may have been yanked',
    },
  ],
  [
    'a pinned release that was yanked',
    { yank: { value: yank } },
    {
      yank: 'note: loses orders (Test, 2026-01-01 00:00 UTC)',
      'pin staging': 'broken: this release, which was yanked',
    },
  ],
  [
    'what was released in its place',
    runningIn(['staging', { value: running }]),
    { 'runs staging': `ok: ${running.says}; ${a}` },
  ],
  [
    'the traffic elsewhere',
    runningIn(['staging', { value: { ...running, isApplied: false } }]),
    { 'runs staging': `broken: ${running.says}` },
  ],
  [
    'a pin that cannot be used where another release runs',
    {
      pins: new Map([['staging', { error: sampleError('not JSON') }]]),
      ...runningIn(['staging', { value: { ...running, tag: 'service-a-v1.0.0' } }]),
    },
    { 'pin staging': 'broken: not JSON' },
  ],
  [
    'a pin that cannot be used where nothing runs',
    {
      pins: new Map([['staging', { error: sampleError('not JSON') }]]),
      ...runningIn(['staging', { value: undefined }]),
    },
    { 'pin staging': 'broken: not JSON' },
  ],
  [
    'other code where it runs',
    runningIn(['staging', { value: { ...running, foreign: [{ state: 'runs', digest: b }] } }]),
    { 'runs staging': `broken: it runs ${b}, but service-a-v1.1.0 is ${a}` },
  ],
])('with %s exactly these links differ: %3$j', (_, changes, differing) => {
  expect(shown({ ...whole, ...changes })).toEqual({ ...shown(whole), ...differing })
})

it.each<[string, Attempt<Running | undefined>, string, string[]]>([
  ['the release', { value: running }, 'service-a-v1.1.0', [`ok ${running.says}; ${digest('a')}`]],
  [
    'the release, though another is pinned',
    { value: running },
    'service-a-v1.0.0',
    [`ok ${running.says}; ${digest('a')}`],
  ],
  [
    'another release',
    { value: { ...running, tag: 'service-a-v1.0.0' } },
    'service-a-v1.1.0',
    ['note not deployed yet: service-a-v1.0.0 is applied'],
  ],
  ['nothing', { value: undefined }, 'service-a-v1.1.0', ['note not deployed yet: nothing is applied']],
  [
    'another release, which is pinned',
    { value: { ...running, tag: 'service-a-v1.0.0' } },
    'service-a-v1.0.0',
    [],
  ],
  [
    'what cannot be read',
    { error: sampleError('cannot read the alias') },
    'service-a-v1.1.0',
    ['note not checked: cannot read the alias'],
  ],
  [
    'other code',
    { value: { ...running, isApplied: false, foreign: [{ state: 'holds', digest: digest('b') }] } },
    'service-a-v1.1.0',
    [
      `broken ${running.says}; its next revision would run ${digest('b')}, but service-a-v1.1.0 is ${digest('a')}`,
    ],
  ],
])('of an environment that runs %s it says so', (_, seen, pinned, said) => {
  const pins = new Map([['staging', { value: { ...makePin(record), tag: pinned } }]])
  const links = traceLinks({ ...whole, pins, running: new Map([['staging', seen]]) })
  const about = links.filter(({ name }) => name === 'runs staging')
  expect(about.map(({ state, detail }) => `${state} ${detail}`)).toEqual(said)
})

it('traffic that a rollback sent to an older revision of the release is where it belongs, while the hold lasts', () => {
  const hold = { sequence: 7, by: 'alice', since: '2026-01-02T03:07:00.000Z', reason: 'loses orders' }
  const good = { sequence: 3, tag: running.tag, digest: digest('a'), settings: digest('b'), revision: '2' }
  const ledger = { entries: 8, fate: undefined, faults: [], hold, good }
  const says = 'STAGING sends to version 2; applied is version 3'
  const where = (more: Partial<LedgerSeen>, revision = '2') =>
    traceLinks({
      ...whole,
      ...runningIn(['staging', { value: { ...running, isApplied: false, revision, says } }]),
      ledgers: new Map([['staging', { value: { ...ledger, ...more } }]]),
    }).find(({ name: link }) => link === 'runs staging')?.state
  expect(where({})).toBe('ok')
  expect(where({ hold: undefined })).toBe('broken')
  expect(where({}, '1')).toBe('broken')
  expect(where({ good: { ...good, tag: 'service-a-v1.0.0' } })).toBe('broken')
})

it.each([
  [{}, 'note'],
  [{ isAbandoned: true }, 'broken'],
  [{ revision: '9' }, 'broken'],
])(
  'traffic that a rollout in a phase shares is on its way, unless nobody continues it: %o',
  (more, state) => {
    const deadline = '2026-01-02T03:07:00.000Z'
    const phase = { sequence: 8, phase: 1, share: 5, deadline, revision: running.applied, isAbandoned: false }
    const ledger = { entries: 8, fate: undefined, faults: [], hold: undefined, good: undefined }
    const links = traceLinks({
      ...whole,
      ...runningIn(['staging', { value: { ...running, isApplied: false, revision: undefined } }]),
      ledgers: new Map([['staging', { value: { ...ledger, phase: { ...phase, ...more } } }]]),
    })
    expect(links.find(({ name: link }) => link === 'runs staging')).toMatchObject({ state })
  },
)

it('what an environment runs is told from the other links by its name', () => {
  const links = traceLinks({ ...whole, ...runningIn(['staging', { value: running }]) })
  expect(links.filter(({ name: link }) => isRunning(link)).map(({ name: link }) => link)).toEqual([
    'runs staging',
  ])
  expect(isRunning('pin runs ')).toBe(false)
})
