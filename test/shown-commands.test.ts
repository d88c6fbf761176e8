import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOptions } from '../scripts/cli/options/options.ts'
import { readWords } from '../scripts/cli/options/words.ts'
import { commands } from '../scripts/reference/io/commands.ts'
import { projectRoot } from './support/run.ts'
import { runsInTests, type Shown, shownCommands } from './support/shown-commands.ts'

/*
 * Each command of the pages is accepted as it is written there, and some test runs it with these options, or the page
 * says why none does.
 */

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8')
const shown = shownCommands()
const byName = new Map(commands.map(command => [command.name, command]))
const runs = runsInTests(new Set(byName.keys()))

/** Where the options of a call are spread over a function of the test, and what it says there. */
const runByHelper: Readonly<Record<string, readonly [path: string, says: string]>> = {
  'release SERVICE VERSION WAIT': [
    'test/scripts/release/io/release.test.ts',
    "release(world, { WAIT: '20s' })",
  ],
  'deploy ENV SERVICE UNLOCK': [
    'test/scripts/deploy/io/interrupted.test.ts',
    'results({ ...b, UNLOCK: id })',
  ],
  'destroy ENV SERVICE': [
    'test/scripts/deploy/io/destroy-ledger.test.ts',
    "world.waybill('destroy', destroy)",
  ],
}

/** What is no command of Waybill: what runs it, or what the page says about it. */
const others: readonly (readonly [
  line: RegExp,
  covered: { runBy: string; says: string } | { page: string },
])[] = [
  [/^make demo/, { runBy: 'test/demo/demo.test.ts', says: 'const demo = start(place)' }],
  [/^make bench/, { runBy: 'test/bench/bench.test.ts', says: 'await bench(' }],
  [/^make test$/, { runBy: '.ci/run', says: 'make' }],
  [/^npx (tsc$|vitest run)/, { runBy: 'test/scripts/kinds/io/new-kind.test.ts', says: 'contract.test.ts' }],
  [/^node cdktf\/main\.ts$/, { runBy: 'test/cdktf/main.test.ts', says: 'node cdktf/main.ts' }],
  [/^make conformance$/, { runBy: 'test/conformance/conformance.test.ts', says: 'openTarget' }],
  [/^make conformance ENDPOINT=http/, { runBy: 'test/conformance/refusals.test.ts', says: 'ENDPOINT' }],
  [/^make conformance ENDPOINT=aws/, { page: 'No test runs the last one, which needs an account.' }],
  [/^npm install/, { page: 'No test runs `npm install` against a registry: they unpack the tarball.' }],
  [/^(terraform .* providers lock|cp .*\.terraform\.lock\.hcl) /, { page: 'No test runs `providers lock`' }],
  [/^aws ecs execute-command/, { page: 'No test runs it: its sessions are those of Systems Manager' }],
]

/** The command of Waybill that a line calls, and its options. */
function called({ words }: Shown) {
  if (!words.some(word => word === 'make' || word === 'npx')) return undefined
  const at = words.findIndex(word => byName.has(word))
  const command = byName.get(words[at] ?? '')
  if (command === undefined) return undefined
  const options = words.slice(at + 1).filter(word => /^[A-Z][A-Z0-9_]*=/.test(word))
  return { command, options, names: options.map(word => word.replace(/=.*/s, '')).toSorted() }
}

const ofWaybill = shown.flatMap(one => {
  const call = called(one)
  return call === undefined ? [] : [{ ...one, ...call }]
})

it('finds the commands of the pages, and the tests that run them', () => {
  expect(ofWaybill.length).toBeGreaterThan(80)
  expect(new Set(ofWaybill.map(({ page }) => page)).size).toBeGreaterThan(5)
  expect(new Set(runs.map(({ command }) => command)).size).toBeGreaterThan(18)
})

describe('a command of Waybill', () => {
  it.each(ofWaybill)('$page: $line is accepted', ({ words, command, options, names }) => {
    const known = [...Object.keys(command.options), 'DRY_RUN', 'JSON']
    expect(known).toEqual(expect.arrayContaining(names))
    // Where the page leaves something to its reader, only the names can be wrong.
    if (!words.some(word => /[…<]/.test(word)))
      expect(() => readOptions(command, {}, readWords(command, options))).not.toThrow()
  })

  it.each(ofWaybill)('$page: $line is run by a test', ({ command, names }) => {
    const [path, says] = runByHelper[[command.name, ...names].join(' ')] ?? []
    if (path !== undefined && says !== undefined) expect(read(path)).toContain(says)
    const own = runs.filter(run => run.command === command.name && names.every(name => run.options.has(name)))
    expect([...own.map(one => one.path), ...(path === undefined ? [] : [path])]).not.toEqual([])
  })
})

describe('any other command', () => {
  const left = shown.filter(one => called(one) === undefined)

  it.each(left)('$page: $line is run by a test, or the page says why not', ({ page, line }) => {
    const [, covered] = others.find(([pattern]) => pattern.test(line)) ?? []
    if (covered === undefined) expect.unreachable(`neither a test nor ${page} says anything about ${line}`)
    if ('page' in covered) expect(read(page)).toContain(covered.page)
    else expect(read(covered.runBy)).toContain(covered.says)
  })

  it.each(others)('%s is on a page', pattern => {
    expect(left.filter(({ line }) => pattern.test(line))).not.toEqual([])
  })
})
