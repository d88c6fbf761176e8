import { createHash } from 'node:crypto'
import { sampleZip } from '../../emulator/sample-zip.ts'
import { printed, putObject, zipRecord } from '../../support/releases.ts'
import { makeWorld, zipService } from '../../support/world.ts'
import type { Place, Row } from '../row.ts'
import { sidesOf, thisVersion, type Version } from '../versions.ts'
import { mapLimited } from './limited.ts'
import { tagAll } from './released.ts'

const since = 'SINCE=HEAD'

/** A repository whose releases are all complete, so that `reconcile` only has to see that. */
export const reconcileRows: readonly Row[] = [
  row(500, { mostRuns: 9 }),
  row(5000, { most: 10_000, mostRuns: 3 }),
  row(50_000, { most: 60_000, mostRuns: 1, isLong: true }),
]

function row(
  count: number,
  { most, mostRuns, isLong = false }: { most?: number; mostRuns: number; isLong?: boolean },
): Row {
  return {
    group: 'reconcile',
    name: `${count} tags`,
    grows: { curve: 'reconcile', size: count },
    figures: [{ unit: 'CPU ms', against: since, ...(most && { target: { kind: 'value', most } }) }],
    mostRuns,
    isLong,
    async setup(place) {
      const { clone, env } = await released(place, count)
      const sides = (versions: readonly Version[], ...more: string[]) =>
        sidesOf(versions, 'scripts/reconcile.ts', () => ({ words: ['DRY_RUN=1', ...more], cwd: clone, env }))
      return [...sides(place.versions), ...sides([{ ...thisVersion, name: since }], since)]
    },
  }
}

/** A world with this many releases of one service, written as promotions write them; the newest commit has none. */
async function released({ onFinished }: Place, count: number) {
  const world = await makeWorld({ files: zipService('service-b'), repositories: [], onFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  const zip = sampleZip('service-b')
  const sum = createHash('sha256').update(zip)
  const [base64, sha256] = [sum.copy().digest('base64'), sum.digest('hex')]
  const tags = Array.from({ length: count }, (_, index) => `service-b-v1.${index}.0`)
  await tagAll(world, new Map(tags.map(tag => [tag, commit])))
  const listed = await world.git(['for-each-ref', '--format=%(objectname) %(refname:strip=2)', 'refs/tags'])
  const objects = listed.split('\n').map(line => line.split(' ') as [string, string])
  const source = { schema: 1, service: 'service-b', sourceCommit: commit, digest: `sha256:${sha256}` }
  await putObject(world, `releases/sources/service-b-${commit}.json`, printed(source))
  await putObject(world, `builds/service-b-${commit}.zip`, zip, base64)
  await mapLimited(objects, 8, async ([tagObject, tag]) => {
    await putObject(world, `releases/${tag}.zip`, zip, base64)
    await putObject(world, `releases/${tag}.json`, zipRecord(tag, { tagObject, commit, sha256 }))
  })
  await world.commit({ 'README.md': 'docs\n' })
  return world
}
