import { expect, it } from 'vitest'
import { checkRelease, type ReleaseSeen, tagMessage, tagState } from '../../../scripts/release/checks.ts'
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

it('a release with nothing against it passes, and each check says what it found', () => {
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
  [{ localTag: here }, 'the tag service-a-v1.1.0 is here for this commit and not yet on the remote'],
  [{ branch: 'hotfix/1.0' }, 'cccccccccc is on hotfix/1.0 of the remote'],
])('with %j all is well: %s', (more, title) => {
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
    'service-a-v1.1.0 was released already, from another commit',
    ['d'.repeat(40), 'c'.repeat(40)],
  ],
  [
    { remoteTag: lightweight },
    'refused',
    'service-a-v1.1.0 was released already, from another commit',
    [`${'7'.repeat(40)}, and is not annotated`, 'c'.repeat(40)],
  ],
  [
    { localTag: elsewhere },
    'refused',
    'a tag service-a-v1.1.0 is in this clone, and it is not this release',
    ['d'.repeat(40), 'git tag -d service-a-v1.1.0'],
  ],
  [
    { localTag: lightweight },
    'refused',
    'a tag service-a-v1.1.0 is in this clone, and it is not this release',
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

it('all that is wrong is reported, each at its check', () => {
  const checks = check({
    branch: undefined,
    remoteTag: elsewhere,
    last: version('2.0.0'),
    built: { name: builtName, stored: false },
  })
  expect(checks.map(({ error }) => error?.ending)).toEqual(['refused', 'refused', 'refused', 'notReady'])
})

it('what is released already from this commit stays so, whatever became of its branch and artifact', () => {
  const built = { name: builtName, stored: false }
  const checks = check({ remoteTag: here, last: version('2.0.0'), branch: undefined, built })
  expect(checks).toEqual([{ title: 'the tag service-a-v1.1.0 is on the remote already, for this commit' }])
})

it('ALLOW_OLDER lets an older version through, and nothing else', () => {
  expect(errorsOf({ last: version('2.0.0') }, true)).toEqual([])
  expect(errorsOf({ last: version('2.0.0'), remoteTag: elsewhere, branch: undefined }, true)).toHaveLength(2)
})

it.each([
  [undefined, undefined, 'new'],
  [undefined, here, 'only here'],
  [undefined, elsewhere, 'only here'],
  [undefined, lightweight, 'only here'],
  [here, undefined, 'released already'],
  [here, here, 'released already'],
  [here, elsewhere, 'released already'],
  [elsewhere, undefined, 'new'],
  [elsewhere, here, 'only here'],
  [lightweight, undefined, 'new'],
])('remote tag %j, own tag %j: %s', (remoteTag, localTag, state) => {
  expect(tagState({ ...good, remoteTag, localTag })).toBe(state)
})

const since = tag('service-a-v1.0.0')
const touched = (number: number) =>
  Array.from({ length: number }, (_, index) => ({ commit: commit('e'), subject: `Change ${index + 1}` }))

it('the message of a tag lists the commits since the last release', () => {
  expect(tagMessage(good.tag, since, touched(2))).toBe(
    [
      'service-a-v1.1.0',
      '',
      'Commits that touched the inputs of service-a since service-a-v1.0.0:',
      '',
      '- eeeeeeeeee Change 1',
      '- eeeeeeeeee Change 2',
      '',
    ].join('\n'),
  )
})

it.each([
  [undefined, 'No commit touched the inputs of service-a so far.'],
  [since, 'No commit touched the inputs of service-a since service-a-v1.0.0.'],
])('with nothing to list the message says so (since %j)', (last, line) => {
  expect(tagMessage(good.tag, last, [])).toBe(`service-a-v1.1.0\n\n${line}\n`)
})

it.each([
  [1, 1, undefined],
  [100, 100, undefined],
  [101, 100, '- and 1 more commit'],
  [250, 100, '- and 150 more commits'],
])('of the %i commits of a first release %i are listed', (number, listed, more) => {
  const lines = tagMessage(good.tag, undefined, touched(number)).trimEnd().split('\n')
  expect(lines[2]).toBe('Commits that touched the inputs of service-a so far:')
  expect(lines.filter(line => line.startsWith('- eeeeeeeeee Change'))).toHaveLength(listed)
  expect(lines.find(line => line.includes('more commit'))).toBe(more)
})
