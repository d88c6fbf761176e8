import fc from 'fast-check'
import { expect, it } from 'vitest'
import { searchSources } from '../../../scripts/build/source-commit.ts'
import { type Inputs, inputsOf } from '../../../scripts/catalogue/inputs.ts'
import type { HistoryEntry } from '../../../scripts/git/history-entry.ts'
import type { CommitSha } from '../../../scripts/names/commit.ts'
import { service } from '../samples.ts'

const folders = ['a', 'b', 'c', 'd']
const histories = fc
  .array(fc.subarray(folders), { minLength: 1, maxLength: 12 })
  .map(changes => linear(changes))
const asked = fc.array(fc.record({ paths: fc.subarray(folders), start: fc.nat(11) }), { maxLength: 5 })

/** A history without merges, newest commit first, from the paths that each commit changed. */
function linear(changes: readonly (readonly string[])[]): HistoryEntry[] {
  return changes.map((paths, index) => ({
    commit: name(index),
    parent: index + 1 < changes.length ? name(index + 1) : undefined,
    paths,
  }))
}

function name(index: number): CommitSha {
  return index.toString(16).padStart(40, '0') as CommitSha
}

function holding(paths: readonly string[]): Inputs {
  return { matches: path => paths.includes(path), starts: paths }
}

it('finds the newest commit before each start that changed its inputs, however the history arrives', () => {
  const cuts = fc.array(fc.nat(12), { maxLength: 4 })
  const property = fc.property(histories, asked, cuts, fc.boolean(), (entries, all, places, isShared) => {
    const shared = new Map<string, Inputs>()
    const questions = all.map(({ paths, start }, key) => {
      const own = holding(paths)
      const inputs = isShared ? (shared.get(paths.join()) ?? own) : own
      shared.set(paths.join(), inputs)
      return { key, at: name(Math.min(start, entries.length - 1)), inputs }
    })
    const search = searchSources(questions)
    const borders = [0, ...places.toSorted((a, b) => a - b), entries.length]
    for (const [index, end] of borders.slice(1).entries()) search.further(entries.slice(borders[index], end))
    search.further(entries.toReversed())
    for (const [key, { paths, start }] of all.entries()) {
      const before = entries.slice(Math.min(start, entries.length - 1))
      const newest = before.find(entry => entry.paths.some(path => paths.includes(path)))
      expect(search.found.get(key)).toBe(newest?.commit)
    }
    expect(search.open.size).toBe(0)
  })
  fc.assert(property, { numRuns: 1_000 })
})

it('joins 100,000 questions at one commit, each at the cost of one', () => {
  const inputs = holding(['a'])
  const questions = Array.from({ length: 100_000 }, (_, key) => ({ key, at: name(0), inputs }))
  // Where each of them copied those before it, this would be billions of steps.
  const search = searchSources(questions)
  search.further(linear([['a']]))
  expect(search.found.size).toBe(questions.length)
})

it('pins, docs and other services give a service no new source commit', () => {
  const inputs = inputsOf(service('service-a'), { inputs: ['services/service-a/**', 'shared/**'] })
  const search = searchSources([{ key: 'service-a', at: name(0), inputs }])
  search.further(
    linear([
      ['cdktf/pins/prod/service-a.json'],
      ['docs/a.md', 'services/service-b/main.ts'],
      ['README.md', 'shared/log.ts'],
      ['services/service-a/main.ts'],
    ]),
  )
  expect(search.found.get('service-a')).toBe(name(2))
})

it('waits where the history is not known yet, and an answer from elsewhere ends one search alone', () => {
  const inputs = holding(['a'])
  const search = searchSources([
    { key: 'x', at: name(0), inputs },
    { key: 'y', at: name(1), inputs },
  ])
  const [first, second] = linear([[], ['b'], ['a']])
  search.further([first, second] as HistoryEntry[])
  expect([...search.open].map(([at, group]) => [at, group.get(inputs)])).toEqual([[name(2), ['y', 'x']]])
  search.answer('y', name(7))
  expect(search.open.get(name(2))?.get(inputs)).toEqual(['x'])
  expect(search.found).toEqual(new Map([['y', name(7)]]))
})
