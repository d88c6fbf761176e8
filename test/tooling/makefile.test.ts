import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-make-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const make = (args: string[], variables: Record<string, string> = {}) =>
  run('make', args, { cwd: projectRoot, env: { ...bareEnvironment(folder), ...variables } })

describe.concurrent('a make variable that tries to run code', () => {
  const attacks = [
    '$(shell touch TRACE)',
    '\u0024{shell touch TRACE}',
    '$(eval x:=$(shell touch TRACE))',
    '`touch TRACE`',
    '$(touch TRACE)',
    '$$(touch TRACE)',
    '"; touch TRACE; "',
    "'; touch TRACE; '",
    "a'$(touch TRACE)'",
    'a; touch TRACE',
    'a && touch TRACE',
    'a | touch TRACE',
    'a\\\n\ttouch TRACE',
    'a\n\ttouch TRACE',
    'a\r\ttouch TRACE',
    '--eval=x',
    '@touch TRACE',
    '-touch TRACE',
    '#',
    '',
  ]

  it.each(attacks)('%j ends as bad input and leaves no trace', async attack => {
    const value = attack.replaceAll('TRACE', join(folder, 'trace'))
    const outcomes = await Promise.all([
      make(['release', `SERVICE=${value}`, `VERSION=${value}`]),
      make(['promote'], { TAG: value }),
      make(['-e', 'promote'], { TAG: value }),
    ])
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2])
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused under a name that no command takes', async () => {
    const outcome = await make([
      'release',
      'SERVICE=a',
      'VERSION=1.0.0',
      `X=$(shell touch ${join(folder, 'trace')})`,
    ])
    expect(outcome.code).toBe(2)
    expect(outcome.stderr).toContain('unknown option X')
    expect(await readdir(folder)).toEqual([])
  })
})

it.each([
  [['COMMIT=abc'], {}, true],
  [['COMMIT=abc'], { COMMIT: 'def' }, true],
  [[], { COMMIT: 'abc' }, false],
  [['-e'], { COMMIT: 'abc' }, false],
])(
  'make release %j with %j in the environment hands COMMIT over as an argument: %s',
  async (args, variables, expected) => {
    for (const target of ['release', 'pin']) {
      const { stdout } = await make(['--dry-run', target, ...args], variables)
      expect(stdout.includes(`scripts/${target}.ts COMMIT='abc'`)).toBe(expected)
    }
  },
)

it('a value reaches the command as it was written', async () => {
  const value = `a'b"c\\d$e$(f) g`
  const { stderr } = await make(['promote', `TAG=${value}`])
  expect(stderr).toContain(JSON.stringify(value))
})

it('an option that a command does not take is refused, unless it only stands in the environment', async () => {
  const [given, inherited, other, empty] = await Promise.all([
    make(['deploy', 'ENV=staging', 'TAG=service-a-v1.0.0', 'PR=1']),
    make(['trace'], { TAG: 'x', PR: '1', ENV: 'staging' }),
    make(['emulator', 'TAG=x']),
    make(['promote', 'TAG=x', 'PR=']),
  ])
  expect(given).toMatchObject({ code: 2, stderr: expect.stringContaining('deploy has no option "PR=1"') })
  expect(given.stderr).toContain('deploy has no option "TAG=service-a-v1.0.0"')
  expect(given.stderr).toContain('TAG belongs to make pin, make promote, make trace, make yank.')
  expect(inherited.stderr).toContain('TAG: "x" is not a release')
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('emulator does not take TAG') })
  expect(empty.stderr).toContain('TAG: "x" is not a release')
})

it('in another folder says where to run make', async () => {
  const outcome = await run('make', ['-f', join(projectRoot, 'Makefile'), 'trace'], {
    cwd: folder,
    env: bareEnvironment(folder),
  })
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(`make -C ${projectRoot}/ trace`) })
})

const users = [
  'doctor',
  'build',
  'release',
  'promote',
  'pin',
  'plan',
  'deploy',
  'rollback',
  'hold',
  'resume',
  'history',
  'incident',
  'trace',
  'reconcile',
  'yank',
  'prune',
  'destroy',
  'bootstrap',
]
const contributors = [
  'demo',
  'emulator',
  'conformance',
  'bench',
  'schemas',
  'test',
  'test-unit',
  'test-all',
  'test-matrix',
  'test-slow',
  'check',
  'format',
]

it.each([
  ['80', 80],
  ['200', 120],
])('make without a target lists every command by who needs it, on %s columns', async (COLUMNS, width) => {
  const { stdout, code } = await make([], { COLUMNS })
  expect(code).toBe(0)
  const groups = stdout.split('\n\n').map(group => ({
    heading: group.split('\n')[0],
    targets: [...group.matchAll(/^ {2}make ([a-z-]+)/gm)].map(([, name]) => name),
  }))
  expect(groups.slice(0, 2)).toEqual([
    { heading: 'Ship:', targets: users },
    { heading: 'Work on Waybill:', targets: contributors },
  ])
  expect(stdout.split('\n').filter(line => line.length > width)).toEqual([])
})
