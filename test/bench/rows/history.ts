import { join } from 'node:path'
import { storeZip } from '../../support/releases.ts'
import { projectRoot } from '../../support/run.ts'
import { makeWorld, type World, zipService } from '../../support/world.ts'
import { timed } from '../measure.ts'
import type { Place, Row, Side } from '../row.ts'
import { fastImport, tagAll } from './released.ts'

const small = 10_000
const thousands = (count: number) => `${count / 1000},000 commits`

/** Commands about a service that nobody has touched for a long time, by how much others have committed since. */
export const historyRows: readonly Row[] = [
  ...rowsOf('build', () => ['SERVICE=b', 'DRY_RUN=1']),
  ...rowsOf('promote', () => ['TAG=service-b-v1.1.0', 'DRY_RUN=1']),
]

function rowsOf(command: string, words: () => readonly string[]): Row[] {
  return [small, 100_000, 500_000].map(count => ({
    group: 'history',
    name: `${command}, ${thousands(count)}`,
    grows: { curve: `${command} of an old service`, size: count },
    figures: [
      count === small
        ? { unit: 'ms' }
        : { unit: 'ms', against: thousands(small), target: { kind: 'ratio', most: 1.5 } },
    ],
    isLong: count > 100_000,
    needs: ['git'],
    async setup(place) {
      const script = join(projectRoot, 'scripts', `${command}.ts`)
      const sideOf = ({ clone, env }: World, name: string): Side => ({
        name,
        run: () => timed(process.execPath, [script, ...words()], { cwd: clone, env }),
      })
      const ours = sideOf(await oldService(place, count), 'waybill')
      if (count === small) return [ours]
      return [ours, sideOf(await oldService(place, small), thousands(small))]
    },
  }))
}

/** A world whose service was built and released first, and tagged again after this many commits that leave it alone. */
async function oldService({ onFinished }: Place, count: number): Promise<World> {
  const files = zipService('service-b')
  const world = await makeWorld({ files, repositories: [], onFinished })
  const first = await world.git(['rev-parse', 'HEAD'])
  await storeZip(world, 'service-b', first)
  await tagAll(world, new Map([['service-b-v1.0.0', first]]))
  await world.json('promote', { TAG: 'service-b-v1.0.0' })
  await fastImport(world, world.clone, commits(first, count))
  await world.git(['reset', '--quiet', '--hard'])
  const last = await world.git(['rev-parse', 'HEAD'])
  // A remote on the same disk takes the pack as it is.
  await world.git(['push', '--quiet', 'origin', 'main'])
  await tagAll(world, new Map([['service-b-v1.1.0', last]]))
  return world
}

/** Commits on `main` that each change one of a thousand files of others. */
function* commits(first: string, count: number): Iterable<string> {
  for (let index = 0; index < count; index++) {
    const content = `${index}\n`
    const path = `docs/${index % 10}/${index % 100}/${index % 1000}.txt`
    yield [
      'commit refs/heads/main',
      `committer Test <test@example.com> ${1_700_000_000 + index} +0000`,
      `data 2\nx`,
      ...(index === 0 ? [`from ${first}`] : []),
      `M 100644 inline ${path}`,
      `data ${content.length}\n${content}`,
    ].join('\n')
  }
}
