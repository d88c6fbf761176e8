import { expect, it } from 'vitest'
import type { Attempt } from '../../../scripts/base/attempt.ts'
import { makePin } from '../../../scripts/pin/pin.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { makeYank } from '../../../scripts/release/yank.ts'
import type { Running } from '../../../scripts/rollout/running.ts'
import { type TraceSeen, traceLinks } from '../../../scripts/trace/links.ts'
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
}
const running: Running = {
  isApplied: true,
  says: 'STAGING sends to version 2; applied is 2',
  tag: 'service-a-v1.1.0',
  released: digest('a'),
  foreign: [],
}
const runningIn = (...seen: [string, Attempt<Running | undefined>][]) => ({
  running: new Map(seen),
})

it.each<[string, Partial<TraceSeen>, string[]]>([
  ['nothing missing', {}, []],
  [
    'no tag',
    { remoteTag: undefined, branch: undefined, release: undefined },
    ['tag', 'commit', 'source commit'],
  ],
  [
    'a lightweight tag',
    { remoteTag: { object: release.tagObject, commit: undefined }, release: undefined },
    ['tag', 'commit', 'source commit'],
  ],
  ['a commit on no release branch', { branch: undefined }, ['commit']],
  ['a commit without the service', { release: { error: sampleError('no service') } }, ['source commit']],
  ['no names', { names: undefined }, ['artifact by commit', 'artifact by release']],
  ['an expired build of a release', { built: undefined }, []],
  [
    'an expired build and no record',
    { built: undefined, record: { value: undefined } },
    ['artifact by commit', 'record', 'pin staging'],
  ],
  ['another build', { built: digest('b') }, ['artifact by commit']],
  ['no released artifact', { released: undefined }, ['artifact by release']],
  ['another released artifact', { released: digest('b') }, ['artifact by release']],
  [
    'an unpromoted tag whose names disagree',
    { record: { value: undefined }, released: digest('b') },
    ['artifact by release', 'record', 'pin staging'],
  ],
  ['an unusable record', { record: { error: sampleError('bad') } }, ['record', 'pin staging']],
  [
    'a record of another commit',
    { record: { value: { ...record, commit: commit('d') } } },
    ['record', 'pin staging'],
  ],
  [
    'a record of another artifact',
    { record: { value: other } },
    ['artifact by commit', 'artifact by release', 'pin staging'],
  ],
  [
    'a pin of another release',
    { pins: new Map([['prod', { value: { ...makePin(other), tag: 'service-a-v1.0.0' } }]]) },
    [],
  ],
  [
    'a pin that cannot be used',
    { pins: new Map([['prod', { error: sampleError('not JSON') }]]) },
    ['pin prod'],
  ],
  ['an unusable yank marker', { yank: { error: sampleError('not JSON') } }, ['yank', 'pin staging']],
  ['a pinned release that was yanked', { yank: { value: yank } }, ['pin staging']],
  ['a yanked release without a pin', { yank: { value: yank }, pins: new Map() }, []],
  ['what was released in its place', runningIn(['staging', { value: running }]), []],
  [
    'the traffic elsewhere',
    runningIn(['staging', { value: { ...running, isApplied: false } }]),
    ['runs staging'],
  ],
  [
    'other code where it runs',
    runningIn(['staging', { value: { ...running, foreign: [{ state: 'runs', digest: digest('b') }] } }]),
    ['runs staging'],
  ],
  ['an environment that cannot be read', runningIn(['staging', { error: sampleError('denied') }]), []],
  ['an environment that has applied nothing', runningIn(['staging', { value: undefined }]), []],
])('with %s the broken links are %3$j', (_, changes, broken) => {
  const links = traceLinks({ ...whole, ...changes })
  expect(links.filter(({ state }) => state === 'broken').map(({ name }) => name)).toEqual(broken)
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
