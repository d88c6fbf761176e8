import { expect, it } from 'vitest'
import { tagMessage } from '../../../scripts/release/tag-message.ts'
import { commit, tag } from '../samples.ts'

const released = tag('service-a-v1.1.0')
const since = tag('service-a-v1.0.0')
const touched = (number: number) =>
  Array.from({ length: number }, (_, index) => ({ commit: commit('e'), subject: `Change ${index + 1}` }))

it('the message of a tag lists the commits since the last release', () => {
  expect(tagMessage(released, since, touched(2))).toBe(
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
  expect(tagMessage(released, last, [])).toBe(`service-a-v1.1.0\n\n${line}\n`)
})

it.each([
  [1, 1, undefined],
  [100, 100, undefined],
  [101, 100, '- and 1 more commit'],
  [250, 100, '- and 150 more commits'],
])('of the %i commits of a first release %i are listed', (number, listed, more) => {
  const lines = tagMessage(released, undefined, touched(number)).trimEnd().split('\n')
  expect(lines[2]).toBe('Commits that touched the inputs of service-a so far:')
  expect(lines.filter(line => line.startsWith('- eeeeeeeeee Change'))).toHaveLength(listed)
  expect(lines.find(line => line.includes('more commit'))).toBe(more)
})
