import { clientsFor } from '../../emulator/clients.ts'
import { environmentsJson, imageService, makeWorld } from '../../support/world.ts'
import type { Figure, Row } from '../row.ts'
import { mapLimited } from './limited.ts'
import { latency, sdkSide, turnsOf, waybillSides } from './promotion.ts'
import { layeredImage, makeRepositories, pushLayers, tagAll } from './released.ts'

const sdk = 'the bare SDK'
// Amazon ECR user guide, "Amazon ECR service quotas": PutImage, for each region.
const perSecond = 10

/** Many services at once, with and without what AWS lets through in a second. */
export const manyRows: readonly Row[] = [
  manyRow(1),
  manyRow(10),
  manyRow(100),
  manyRow(500, { mostRuns: 3 }),
  manyRow(100, { mostRuns: 2, quota: perSecond }),
  manyRow(500, { mostRuns: 1, quota: perSecond, isLong: true }),
]

function manyRow(
  count: number,
  { mostRuns, quota, isLong = false }: { mostRuns?: number; quota?: number; isLong?: boolean } = {},
): Row {
  const limited: Figure = {
    unit: 'ms',
    target: { kind: 'value', most: (1.15 * 1000 * count) / (quota ?? 1) },
  }
  const free: Figure = { unit: 'ms', against: sdk, target: { kind: 'ratio', most: 1.3 } }
  const figures: Figure[] = [quota === undefined ? free : limited]
  if (count === 500) figures.push({ unit: 'MB', target: { kind: 'value', most: 150 } })
  return {
    group: 'many',
    name: `${count} services${quota === undefined ? '' : `, ${quota} images a second`}`,
    grows: { curve: quota === undefined ? 'promote' : 'promote with the quota', size: count },
    figures,
    isLong,
    ...(mostRuns === undefined ? {} : { mostRuns }),
    async setup(place, runs) {
      const pace = { ms: 0 }
      const quotas: Record<string, number> = {}
      const names = Array.from({ length: count }, (_, index) => `service-${index}`)
      const world = await makeWorld({
        files: Object.assign({}, environments(quota ?? 10_000), ...names.map(name => imageService(name))),
        emulator: { latencyMs: () => pace.ms, quotas },
        repositories: [],
        onFinished: place.onFinished,
      })
      const commit = await world.git(['rev-parse', 'HEAD'])
      const { ecr } = clientsFor(world.emulator)
      await makeRepositories(
        world,
        names.map(name => `${name}-image`),
      )
      await mapLimited(names, 8, name => pushLayers(ecr, `${name}-image`, layeredImage(name, 1), commit))
      const tags = (turn: number) => names.map(name => `${name}-v1.0.${turn}`)
      const all = turnsOf(place, runs).flatMap(tags)
      await tagAll(world, new Map(all.map(tag => [tag, commit])))
      pace.ms = latency
      if (quota !== undefined) quotas.PutImage = quota
      const ours = waybillSides(place, world, tags, count === 500)
      if (quota !== undefined) return ours
      const jobs = (nth: number) =>
        names.map(name => ({ store: `${name}-image`, from: commit, to: `sdk-${nth}` }))
      return [...ours, sdkSide(place, world.emulator.env, 'image', jobs)]
    },
  }
}

/** environments.json with what Waybill may send in a second. */
function environments(putImagePerSecond: number): Record<string, string> {
  const artifacts = { ...environmentsJson.artifacts, putImagePerSecond }
  return { 'cdktf/environments.json': JSON.stringify({ ...environmentsJson, artifacts }) }
}
