import { expectDone } from '../../support/deploy.ts'
import { storeZip } from '../../support/releases.ts'
import { run } from '../../support/run.ts'
import { makeWorld, type World, zipService } from '../../support/world.ts'
import type { Figure, Place, Row } from '../row.ts'
import { sidesOf, thisVersion, type Version } from '../versions.ts'
import { fastImport, tagAll } from './released.ts'

const small = 10_000
// The search for a source commit stops at the last record, so it costs what came after that, and not what came before.
const sinceRelease = 5000
const thousands = (count: number) => `${count / 1000},000 commits`

/** Commands about a service that nobody has touched for a long time, by how much others have committed since. */
export const historyRows: readonly Row[] = [
  ...rowsOf('build', ['SERVICE=b', 'DRY_RUN=1']),
  ...rowsOf('promote', ['TAG=service-b-v1.2.0', 'DRY_RUN=1']),
]

function rowsOf(command: string, words: readonly string[]): Row[] {
  const sides = ({ clone, env }: World, versions: readonly Version[]) =>
    sidesOf(versions, `scripts/${command}.ts`, () => ({ words, cwd: clone, env }))
  const row = (count: number, figure: Figure, last: number): Row => ({
    group: 'history',
    name: `${command}, ${thousands(count)}, ${last === count ? 'all' : thousands(last)} since the last release`,
    figures: [figure],
    isLong: count > 100_000,
    needs: ['git'],
    async setup(place) {
      const ours = sides(await oldService(place, count, last), place.versions)
      if (figure.against === undefined) return ours
      const other = await oldService(place, small, last)
      return [...ours, ...sides(other, [{ ...thisVersion, name: figure.against }])]
    },
  })
  const grows = (size: number) => ({ grows: { curve: `${command} of an old service`, size } })
  const target = { kind: 'ratio', most: 1.5 } as const
  return [
    { ...row(small, { unit: 'ms' }, sinceRelease), ...grows(small) },
    ...[100_000, 500_000].map(count => ({
      ...row(count, { unit: 'ms', against: thousands(small), target }, sinceRelease),
      ...grows(count),
    })),
    row(100_000, { unit: 'ms' }, 100_000),
  ]
}

/**
 * A world whose service was built and released first, and which others have changed this many times since. It was released
 * again as it was when some of these commits were to come, and it is tagged after the last of them.
 */
async function oldService({ onFinished }: Place, count: number, sinceLast: number): Promise<World> {
  const files = zipService('service-b')
  const world = await makeWorld({ files, repositories: [], onFinished })
  const first = await world.git(['rev-parse', 'HEAD'])
  await storeZip(world, 'service-b', first)
  await fastImport(world, world.clone, commits(first, count))
  await world.git(['reset', '--quiet', '--hard'])
  // Of half a million commits it takes minutes.
  const how = { cwd: world.clone, env: world.env, timeout: 600_000 }
  expectDone(await run('git', ['push', '--quiet', 'origin', 'main'], how))
  const again = await world.git(['rev-parse', `HEAD~${sinceLast}`])
  const last = await world.git(['rev-parse', 'HEAD'])
  const tags = { 'service-b-v1.0.0': first, 'service-b-v1.1.0': again, 'service-b-v1.2.0': last }
  await tagAll(world, new Map(Object.entries(tags)))
  await world.json('promote', { TAG: 'service-b-v1.0.0' })
  await world.json('promote', { TAG: 'service-b-v1.1.0' })
  return world
}

// After the first commit, which was made just now: git takes a commit for no ancestor of much older ones.
const firstTime = 2_000_000_000

/** Commits on `main` that each change one of a thousand files of others. */
function* commits(first: string, count: number): Iterable<string> {
  for (let index = 0; index < count; index++) {
    const content = `${index}\n`
    const path = `docs/${index % 10}/${index % 100}/${index % 1000}.txt`
    yield [
      'commit refs/heads/main',
      `committer Test <test@example.com> ${firstTime + index} +0000`,
      `data 2\nx`,
      ...(index === 0 ? [`from ${first}`] : []),
      `M 100644 inline ${path}`,
      `data ${content.length}\n${content}`,
    ].join('\n')
  }
}
