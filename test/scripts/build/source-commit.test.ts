import fc from 'fast-check'
import { expect, it } from 'vitest'
import { beginSearch, searchFurther } from '../../../scripts/build/source-commit.ts'
import { type InputsMatcher, inputsMatcher } from '../../../scripts/catalogue/inputs.ts'
import type { HistoryEntry } from '../../../scripts/git/history-entry.ts'
import type { CommitSha } from '../../../scripts/names/commit.ts'
import { commit, service } from '../samples.ts'

const folders = ['a', 'b', 'c', 'd']
const history = fc
  .array(fc.subarray(folders), { maxLength: 12 })
  .map(changes => changes.map((paths, index): HistoryEntry => ({ commit: name(index), paths })))
const declared = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.subarray(folders))

function name(index: number): CommitSha {
  return index.toString(16).padStart(40, '0') as CommitSha
}

function search(inputs: Record<string, string[]>, pages: readonly (readonly HistoryEntry[])[]) {
  const matchers = Object.entries(inputs).map(([key, paths]): [string, InputsMatcher] => [
    key,
    path => paths.includes(path),
  ])
  return pages.reduce(searchFurther<string>, beginSearch(new Map(matchers)))
}

it('finds, of each service, the newest commit that changed its inputs, however the history is paged', () => {
  const cuts = fc.array(fc.nat(12), { maxLength: 4 })
  const property = fc.property(history, declared, cuts, (entries, inputs, places) => {
    const borders = [0, ...places.toSorted((a, b) => a - b), entries.length]
    const pages = borders.slice(1).map((end, index) => entries.slice(borders[index], end))
    const { found, open } = search(inputs, pages)
    for (const [key, paths] of Object.entries(inputs)) {
      const newest = entries.find(entry => entry.paths.some(path => paths.includes(path)))
      expect(found.get(key)).toBe(newest?.commit)
      expect(open.has(key)).toBe(newest === undefined)
    }
    expect(found.size + open.size).toBe(Object.keys(inputs).length)
  })
  fc.assert(property, { numRuns: 1_000 })
})

it('pins, docs and other services give a service no new source commit', () => {
  const inputs = inputsMatcher(service('service-a'), { inputs: ['services/service-a/**', 'shared/**'] })
  const { found } = searchFurther(beginSearch(new Map([['service-a', inputs]])), [
    { commit: commit('5'), paths: ['cdktf/pins/prod/service-a.json'] },
    { commit: commit('4'), paths: ['docs/a.md', 'services/service-b/main.ts'] },
    { commit: commit('3'), paths: ['README.md', 'shared/log.ts'] },
    { commit: commit('2'), paths: ['services/service-a/main.ts'] },
  ])
  expect(found.get('service-a')).toBe(commit('3'))
})

it('continuing a search leaves the earlier one unchanged', () => {
  const begun = beginSearch(new Map([['x', () => true]]))
  searchFurther(begun, [{ commit: commit('1'), paths: ['a'] }])
  expect([...begun.open.keys()]).toEqual(['x'])
  expect(begun.found.size).toBe(0)
})
