import { expect, it } from 'vitest'
import { checkRelease, type ReleaseSeen } from '../../../scripts/release/checks.ts'
import { commit, object, tag, version } from '../samples.ts'

const here = { object: object('9'), commit: commit('c') }
const elsewhere = { object: object('8'), commit: commit('d') }
const lightweight = { object: object('7'), commit: undefined }
const builtName = { type: 'image', repository: 'service-a-image', tag: '5'.repeat(40) } as const

const good: ReleaseSeen = {
  tag: tag('service-a-v1.1.0'),
  commit: commit('c'),
  branch: 'main',
  last: version('1.0.0'),
  remoteTag: undefined,
  localTag: undefined,
  sourceCommit: commit('5'),
  built: { name: builtName, stored: true },
}

function check(more: Partial<ReleaseSeen>, allowOlder = false) {
  return checkRelease({ ...good, ...more }, { allowOlder, branches: ['main', 'hotfix/*'] })
}

function errorsOf(more: Partial<ReleaseSeen>, allowOlder = false) {
  return check(more, allowOlder).flatMap(({ error }) => error ?? [])
}

it('a release that may go ahead passes, and each check says what it found', () => {
  expect(check({})).toEqual([
    { title: 'cccccccccc is on main of the remote' },
    { title: 'the tag service-a-v1.1.0 is free, here and on the remote' },
    { title: '1.1.0 is higher than 1.0.0, the last version' },
    { title: 'the artifact of its source commit 5555555555 is stored' },
  ])
})

it.each([
  [{ last: undefined }, '1.1.0 is the first version of service-a'],
  [{ last: version('1.1.0-rc.2') }, '1.1.0 is higher than 1.1.0-rc.2, the last version'],
  [{ localTag: here }, 'the tag service-a-v1.1.0 is here for this commit, not yet pushed'],
  [{ branch: 'hotfix/1.0' }, 'cccccccccc is on hotfix/1.0 of the remote'],
])('with %j it passes: %s', (more, title) => {
  expect(errorsOf(more)).toEqual([])
  expect(check(more).map(one => one.title)).toContain(title)
})

it.each([
  [
    { branch: undefined },
    'refused',
    'the commit cccccccccc is on no release branch of the remote',
    ['main, hotfix/*'],
  ],
  [
    { remoteTag: elsewhere },
    'refused',
    'service-a-v1.1.0 was already released, from another commit',
    ['d'.repeat(40), 'c'.repeat(40)],
  ],
  [
    { remoteTag: lightweight },
    'refused',
    'service-a-v1.1.0 was already released, from another commit',
    [`${'7'.repeat(40)}, and is not annotated`, 'c'.repeat(40)],
  ],
  [
    { localTag: elsewhere },
    'refused',
    'this clone has a tag service-a-v1.1.0 that is not this release',
    ['d'.repeat(40), 'git tag -d service-a-v1.1.0'],
  ],
  [
    { localTag: lightweight },
    'refused',
    'this clone has a tag service-a-v1.1.0 that is not this release',
    [`${'7'.repeat(40)}, and is not annotated`],
  ],
  [
    { last: version('1.1.0') },
    'refused',
    '1.1.0 is not higher than 1.1.0, the last version of service-a',
    ['ALLOW_OLDER=1'],
  ],
  [
    { last: version('1.10.0') },
    'refused',
    '1.1.0 is not higher than 1.10.0, the last version of service-a',
    ['ALLOW_OLDER=1'],
  ],
  [
    { built: { name: builtName, stored: false } },
    'notReady',
    'service-a is not built yet at its source commit 5555555555',
    [`service-a-image:${'5'.repeat(40)}`, 'WAIT=10m', 'make build SERVICE=service-a'],
  ],
] as const)('with %j alone it stops: %s, %s', (more, ending, problem, says) => {
  const errors = errorsOf(more)
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatchObject({ message: problem, ending })
  for (const one of says) expect(`${errors[0]?.cause} ${errors[0]?.remedy}`).toContain(one)
})

it('the title of a check that fails is what should be true', () => {
  expect(check({ branch: undefined })[0]?.title).toBe('cccccccccc is on a release branch of the remote')
  expect(check({ last: version('2.0.0') }, true)[2]).toEqual({
    title: '1.1.0 is not higher than 2.0.0, the last version (allowed by ALLOW_OLDER)',
  })
})

it('reports every fault, each at its check', () => {
  const checks = check({
    branch: undefined,
    remoteTag: elsewhere,
    last: version('2.0.0'),
    built: { name: builtName, stored: false },
  })
  expect(checks.map(({ error }) => error?.ending)).toEqual(['refused', 'refused', 'refused', 'notReady'])
})

it('what is already released from this commit stays released, whatever became of its branch and artifact', () => {
  const built = { name: builtName, stored: false }
  const checks = check({ remoteTag: here, last: version('2.0.0'), branch: undefined, built })
  expect(checks).toEqual([{ title: 'the tag service-a-v1.1.0 is already on the remote, for this commit' }])
})

it('ALLOW_OLDER lets an older version through, and nothing else', () => {
  expect(errorsOf({ last: version('2.0.0') }, true)).toEqual([])
  expect(errorsOf({ last: version('2.0.0'), remoteTag: elsewhere, branch: undefined }, true)).toHaveLength(2)
})
