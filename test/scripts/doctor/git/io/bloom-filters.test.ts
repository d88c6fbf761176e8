import { expect, it } from 'vitest'
import { checkGit } from '../../../../../scripts/doctor/git/checks.ts'
import { lacksBloomFilters } from '../../../../../scripts/doctor/git/io/bloom-filters.ts'
import { openGit } from '../../../../../scripts/git/io/git.ts'
import { makeWorld } from '../../../../support/world.ts'

it('a long history without Bloom filters is a warning, until the remedy was followed', async () => {
  const world = await makeWorld()
  const git = await openGit(world.clone, world.env)
  const look = () => lacksBloomFilters(git, 2)
  expect(await look()).toBe(false)
  await world.commit({ 'README.md': 'more' })
  expect(await look()).toBe(true)
  const [clone] = checkGit({ whole: { value: git }, isSlow: true, branches: { value: [] } })
  expect(clone).toMatchObject({ state: 'warning' })

  await world.git(['commit-graph', 'write', '--reachable'])
  expect(await look()).toBe(true)
  const [first = '', second = ''] = (clone?.remedy ?? '').split('; ')
  await world.git(first.split(' ').slice(1))
  expect(await look()).toBe(false)
  await world.git(second.split(' ').slice(1, 4))
  expect(await world.git(['config', 'fetch.writeCommitGraph'])).toBe('true')
})

it('the filters of any layer of a split graph count', async () => {
  const world = await makeWorld()
  const git = await openGit(world.clone, world.env)
  await world.git(['commit-graph', 'write', '--reachable', '--split', '--changed-paths'])
  await world.commit({ 'README.md': 'more' })
  expect(await lacksBloomFilters(git, 2)).toBe(false)
})
