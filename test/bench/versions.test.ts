import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { projectRoot, run } from '../support/run.ts'
import { makeWorld } from '../support/world.ts'
import { bench } from './bench.ts'
import { openEarlier } from './earlier.ts'
import { interleave, timed } from './measure.ts'
import type { Row, Side } from './row.ts'
import { startRows } from './rows/start.ts'
import { thisVersion, type Version } from './versions.ts'

const chosen = { only: ['start'], runs: 1, isFull: false }
const silent = { progress: () => undefined, onFinished: onTestFinished }
// git may refuse a folder of another user unless this machine's settings let it.
const here = process.env as Record<string, string>
const elsewhere: Version = { name: 'v1.0.0', root: join(projectRoot, 'no-such-folder') }

it('a version is measured in every unit of a row, after what the row compares anyway', async () => {
  const took = (wallMs: number): Side['run'] => {
    return async () => ({ wallMs, cpuMs: wallMs, peakMb: 2 * wallMs })
  }
  const row: Row = {
    group: 'start',
    name: 'promotes',
    figures: [
      { unit: 'ms', against: 'other', target: { kind: 'ratio', most: 1 } },
      { unit: 'ms', against: 'another' },
      { unit: 'MB', target: { kind: 'value', most: 100 } },
    ],
    setup: async ({ versions }) => [
      ...versions.map(({ name }, at) => ({ name, isOptional: at > 0, run: took(10 + 10 * at) })),
      { name: 'other', run: took(40) },
    ],
  }
  const { lines } = await bench([row], { ...chosen, versions: [thisVersion, elsewhere] }, silent.progress)
  expect(lines.map(({ unit, against, ratio, isMet }) => [unit, against, ratio, isMet])).toEqual([
    ['ms', 'other', 0.25, true],
    ['MB', undefined, undefined, true],
    ['ms', 'v1.0.0', 0.5, undefined],
    ['MB', 'v1.0.0', 0.5, undefined],
  ])
})

it.each([
  [0, ['ours0', 'earlier0', 'ours1', 'ours2']],
  [2, ['ours0', 'earlier0', 'ours1', 'earlier1', 'ours2', 'earlier2']],
])('a side that may fail, and does so in turn %i, runs no more', async (bad, expected) => {
  const order: string[] = []
  const side = (name: string, failsIn?: number): Side => ({
    name,
    isOptional: failsIn !== undefined,
    async run(nth) {
      order.push(`${name}${nth}`)
      if (nth === failsIn) throw new Error('no luck')
      return { wallMs: nth, cpuMs: nth }
    },
  })
  const { measured, failed } = await interleave([side('ours'), side('earlier', bad)], 2, true)
  expect(order).toEqual(expected)
  expect(measured.map(({ name, usages }) => [name, usages.length])).toEqual([['ours', 2]])
  expect(failed).toEqual([{ name: 'earlier', error: new Error('no luck') }])
})

it.each([
  ['process.exit(3)', {}, 'node bad.js DRY_RUN=1 ended with 3: '],
  ['setInterval(() => undefined, 1000)', { timeout: 300 }, 'node bad.js DRY_RUN=1 was stopped after 0.3 s'],
])('a program that does not end as it should is named without folders: %s', async (code, more, message) => {
  const cwd = await mkdtemp(join(tmpdir(), 'waybill-bad-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  const bad = join(cwd, 'bad.js')
  await writeFile(bad, code)
  const run = timed(process.execPath, [bad, 'DRY_RUN=1'], { cwd, env: here, ...more })
  await expect(run).rejects.toThrow(new Error(message))
})

it('a version that cannot do what a row does is named, and the row goes on', async () => {
  const [row] = startRows as [Row]
  const report = await bench([row], { ...chosen, versions: [thisVersion, elsewhere] }, silent.progress)
  expect(report.lines).toEqual([expect.objectContaining({ runs: 1, against: 'node -e 0' })])
  expect(report.skipped).toEqual([
    {
      row: 'start: --help, started as make does',
      reason: 'not compared with v1.0.0: it has no scripts/promote.ts',
    },
  ])
})

it('the version of a commit is measured beside this one, and is gone in the end', async () => {
  const removers: (() => void)[] = []
  const onFinished = (remove: () => void) => void removers.push(remove)
  const earlier = await openEarlier('HEAD', { ...silent, onFinished })
  try {
    if ('fault' in earlier) expect.unreachable(earlier.fault)
    expect(earlier.name).toBe('HEAD')
    const report = await bench(
      startRows.slice(0, 1),
      { ...chosen, versions: [thisVersion, earlier] },
      silent.progress,
    )
    expect(report.skipped).toEqual([])
    expect(report.lines).toEqual([
      expect.objectContaining({ unit: 'CPU ms', against: 'node -e 0' }),
      expect.objectContaining({ unit: 'CPU ms', against: 'HEAD', runs: 1 }),
    ])
    expect(report.lines[1]?.ratio).toBeGreaterThan(0)
    expect(existsSync(join(earlier.root, 'node_modules', '.cache', 'node'))).toBe(true)
  } finally {
    for (const remove of removers) remove()
  }
  expect(existsSync(earlier.root)).toBe(false)
})

it.each([
  ['no-such-version', /^AGAINST names no commit of this clone: "no-such-version"\. /],
  ['--help', /^AGAINST names no commit/],
  ['HEAD:README.md', /^AGAINST names no commit/],
  ['HEAD~2', /^AGAINST: there is no scripts in "HEAD~2", so nothing of it can be measured\.$/],
  ['HEAD~1', /^AGAINST: there is no package-lock\.json in "HEAD~1", /],
  ['HEAD', /^AGAINST: "HEAD" cannot be set up: .*package-lock/s],
])('AGAINST=%s is refused', async (name, fault) => {
  const { clone, commit } = await makeWorld({ files: { 'README.md': 'Waybill' } })
  await commit({ 'scripts/promote.ts': '' })
  await commit({ 'package-lock.json': 'no JSON' })
  const opened = await openEarlier(name, { ...silent, repository: clone })
  expect(opened).toEqual({ fault: expect.stringMatching(fault) })
})

const main = join(projectRoot, 'test', 'bench', 'main.ts')

it('the bench says at once what is wrong with AGAINST', async () => {
  const env = { ...here, AGAINST: 'no-such-version' }
  const { code, stdout, stderr } = await run(process.execPath, [main], { cwd: projectRoot, env })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^AGAINST names no commit of this clone: "no-such-version"\. .*\n$/)
})

it('a bench that is stopped removes the version, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-stopped-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const opened = async () => (await readdir(folder)).filter(name => name.startsWith('waybill-against-'))
  const child = spawn(process.execPath, [main], {
    cwd: projectRoot,
    env: { ...here, TMPDIR: folder, ONLY: 'start', RUNS: '99', AGAINST: 'HEAD' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // As Ctrl-C does, the signal reaches all that it runs.
    detached: true,
  })
  const ended = once(child, 'exit')
  await once(child.stderr, 'data')
  expect(await opened()).toHaveLength(1)
  process.kill(-(child.pid ?? Number.NaN), 'SIGINT')
  expect(await ended).toEqual([130, null])
  expect(await opened()).toEqual([])
})
