import { expect, it } from 'vitest'
import { checkRelease, type ReleaseSeen, skipsCiIn } from '../../../scripts/release/checks.ts'
import { commit, object, sampleError, tag, version } from '../samples.ts'

const last = (text: string, isContained = true) => ({ version: version(text), isContained })

const here = { object: object('9'), commit: commit('c') }
const elsewhere = { object: object('8'), commit: commit('d') }
const lightweight = { object: object('7'), commit: undefined }
const builtName = { type: 'image', repository: 'service-a-image', tag: '5'.repeat(40) } as const

const good: ReleaseSeen = {
  tag: tag('service-a-v1.1.0'),
  commit: commit('c'),
  branch: 'main',
  last: last('1.0.0'),
  remoteTag: undefined,
  localTag: undefined,
  record: undefined,
  inTheWay: { here: [], remote: [] },
  lightweight: [],
  skipsCi: undefined,
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
  [{ last: last('1.1.0-rc.2') }, '1.1.0 is higher than 1.1.0-rc.2, the last version'],
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
    'the tag service-a-v1.1.0 on the remote is not a release',
    [`it is a lightweight tag of ${'7'.repeat(40)}`, 'git push origin :refs/tags/service-a-v1.1.0'],
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
    { last: last('1.1.0') },
    'refused',
    '1.1.0 is not higher than 1.1.0, the last version of service-a',
    ['ALLOW_OLDER=1'],
  ],
  [
    { last: last('1.10.0') },
    'refused',
    '1.1.0 is not higher than 1.10.0, the last version of service-a',
    ['ALLOW_OLDER=1'],
  ],
  [
    { last: last('1.2.0-rc.1') },
    'refused',
    '1.1.0 is not higher than 1.2.0-rc.1, the last version of service-a',
    ['VERSION=1.2.0', 'ALLOW_OLDER=1'],
  ],
  [
    { last: last('1.0.1', false) },
    'refused',
    'cccccccccc does not contain 1.0.1, the last version',
    ['service-a-v1.0.1', 'ALLOW_OLDER=1'],
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
  expect(check({ last: last('2.0.0') }, true)[2]).toEqual({
    title: '1.1.0 is not higher than 2.0.0, the last version (allowed by ALLOW_OLDER)',
  })
})

it('inputs that cannot be relied on stop a release, at a check of their own', () => {
  const inputsFault = sampleError('"typo/**" matches no file')
  expect(check({ inputsFault })[3]).toEqual({
    title: 'each of its inputs matches a file',
    error: inputsFault,
  })
  expect(errorsOf({ inputsFault })).toEqual([inputsFault])
})

it('reports every fault, each at its check', () => {
  const checks = check({
    branch: undefined,
    remoteTag: elsewhere,
    last: last('2.0.0'),
    built: { name: builtName, stored: false },
  })
  expect(checks.map(({ error }) => error?.ending)).toEqual(['refused', 'refused', 'refused', 'notReady'])
})

it('what is already released from this commit stays released, whatever became of its branch and artifact', () => {
  const built = { name: builtName, stored: false }
  const checks = check({ remoteTag: here, last: last('2.0.0'), branch: undefined, built })
  expect(checks).toEqual([{ title: 'the tag service-a-v1.1.0 is already on the remote, for this commit' }])
})

it('ALLOW_OLDER lets an older version through, and nothing else', () => {
  expect(errorsOf({ last: last('2.0.0') }, true)).toEqual([])
  expect(errorsOf({ last: last('2.0.0'), remoteTag: elsewhere, branch: undefined }, true)).toHaveLength(2)
})

it('ALLOW_OLDER lets a commit without the last release through, and the checklist says so', () => {
  const titles = check({ last: last('1.0.1', false) }, true).map(({ title }) => title)
  expect(titles).toContain(
    '1.1.0 is higher than 1.0.1, the last version, though cccccccccc does not contain 1.0.1, the last version (allowed by ALLOW_OLDER)',
  )
})

it('notes what it leaves out and what will not happen, without failing', () => {
  const lightweight = ['1', '2', '3'].map(number => `service-a-v${number}.0.0`)
  expect(check({ lightweight, skipsCi: '[skip ci]' }).filter(({ isNote }) => isNote)).toEqual([
    {
      title:
        'not counted, since a lightweight tag is not a release: service-a-v1.0.0, service-a-v2.0.0, service-a-v3.0.0',
      isNote: true,
    },
    {
      title: "GitHub will not start the tag's workflow: the message of cccccccccc has [skip ci]",
      isNote: true,
    },
  ])
})

it.each([
  ['Fix it [skip ci]', '[skip ci]'],
  ['Fix it\n\n[CI skip] for now', '[CI skip]'],
  ['Fix it\n\n\nskip-checks: true', 'skip-checks: true'],
  ['Explain skip ci', undefined],
])('%j keeps GitHub from starting workflows: %s', (message, words) => {
  expect(skipsCiIn(message)).toBe(words)
})
