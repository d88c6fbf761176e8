import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { clientsFor } from '../../emulator/clients.ts'
import { storeZip } from '../../support/releases.ts'
import { bucket, makeWorld, type World } from '../../support/world.ts'
import { timed } from '../measure.ts'
import type { Figure, Place, Row, Side } from '../row.ts'
import { sidesOf } from '../versions.ts'
import type { Job } from './bare-sdk.ts'
import { layeredImage, pushIndex, pushLayers, tagAll } from './released.ts'

/** How long an answer takes where AWS is near, in ms. */
export const latency = 30

const sdk = 'the bare SDK'
const skopeo = 'skopeo copy'
const cli = 'the AWS CLI'

const targets = { [skopeo]: 1, [cli]: 0.35, [sdk]: 1.6 }
const against = (names: readonly (keyof typeof targets)[]): Figure[] =>
  names.map(name => ({ unit: 'ms', against: name, target: { kind: 'ratio', most: targets[name] } }))

type Store = (world: World, commit: string) => Promise<unknown>
const imageStore = (layers: number): Store => {
  return ({ emulator }, commit) =>
    pushLayers(clientsFor(emulator).ecr, 'service-a-image', layeredImage('a', layers), commit)
}

/** One promotion, beside what gives an artifact another name and nothing else. */
export const promotionRows: readonly Row[] = [
  imageRow('an image of 10 layers', imageStore(10)),
  imageRow('an image of 40 layers', imageStore(40)),
  imageRow('an index of two images', ({ emulator }, commit) =>
    pushIndex(clientsFor(emulator).ecr, 'service-a-image', commit),
  ),
  zipRow('a zip of 1 MB', 1),
  zipRow('a zip of 200 MB', 200),
]

function imageRow(name: string, store: Store): Row {
  return {
    group: 'promotion',
    name,
    figures: against([skopeo, cli, sdk]),
    async setup(place, runs) {
      const { world, commit } = await slowWorld(place, 'service-a', runs, store)
      const { emulator } = world
      const env = { ...world.env, AWS_DEFAULT_REGION: world.env.AWS_REGION ?? '' }
      const others: Side[] = []
      if (await place.has('skopeo')) others.push(await skopeoSide(place, world, commit))
      if (await place.has('aws')) {
        const script =
          'manifest=$(aws ecr batch-get-image --repository-name "$1" --image-ids imageTag="$2" --query "images[0].imageManifest" --output text) && aws ecr put-image --repository-name "$1" --image-tag "$3" --image-manifest "$manifest"'
        const args = (nth: number) => ['-c', script, 'aws', 'service-a-image', commit, `aws-${nth}`]
        others.push({ name: cli, run: nth => timed('bash', args(nth), { cwd: place.folder, env }) })
      }
      const job = (nth: number): Job => ({ store: 'service-a-image', from: commit, to: `sdk-${nth}` })
      others.push(sdkSide(place, emulator.env, 'image', nth => [job(nth)]))
      return [...waybillSides(place, world, turn => [`service-a-v1.0.${turn}`]), ...others]
    },
  }
}

function zipRow(name: string, megabytes: number): Row {
  return {
    group: 'promotion',
    name,
    figures: against([cli, sdk]),
    async setup(place, runs) {
      const bytes = Buffer.alloc(megabytes * 1024 ** 2, 'zip')
      const { world, commit } = await slowWorld(place, 'service-b', runs, (world, commit) =>
        storeZip(world, 'service-b', commit, bytes),
      )
      const { emulator } = world
      const env = { ...world.env, AWS_DEFAULT_REGION: world.env.AWS_REGION ?? '' }
      const from = `builds/service-b-${commit}.zip`
      const others: Side[] = []
      if (await place.has('aws')) {
        const args = (nth: number) => [
          ...['s3api', 'copy-object', '--bucket', bucket, '--copy-source', `${bucket}/${from}`],
          ...['--key', `aws-${nth}.zip`],
        ]
        others.push({ name: cli, run: nth => timed('aws', args(nth), { cwd: place.folder, env }) })
      }
      const job = (nth: number): Job => ({ store: bucket, from, to: `sdk-${nth}.zip` })
      others.push(sdkSide(place, emulator.env, 'zip', nth => [job(nth)]))
      return [...waybillSides(place, world, turn => [`service-b-v1.0.${turn}`]), ...others]
    },
  }
}

/** A world with an artifact and a tag for each run, whose answers take their time from then on. */
async function slowWorld(place: Place, service: string, runs: number, store: Store) {
  const pace = { ms: 0 }
  const world = await makeWorld({ onFinished: place.onFinished, emulator: { latencyMs: () => pace.ms } })
  const commit = await world.git(['rev-parse', 'HEAD'])
  await store(world, commit)
  await tagAll(world, new Map(turnsOf(place, runs).map(turn => [`${service}-v1.0.${turn}`, commit])))
  pace.ms = latency
  return { world, commit }
}

/** The numbers of all runs of all versions, in the order in which they run: none finds the tags of its run promoted. */
export function turnsOf({ versions }: Place, runs: number): number[] {
  return [...Array((runs + 1) * versions.length).keys()]
}

/** `promote`, as make starts it, of each version. */
export function waybillSides(
  { versions }: Place,
  { clone, env }: World,
  tags: (turn: number) => readonly string[],
  withPeak = false,
): Side[] {
  return sidesOf(versions, 'scripts/promote.ts', (nth, at) => ({
    words: [`TAG=${tags(nth * versions.length + at).join()}`],
    cwd: clone,
    env,
    withPeak,
  }))
}

/** The same names by the calls of the SDK alone, in a process of its own. */
export function sdkSide(
  { folder }: Place,
  env: Record<string, string>,
  type: 'image' | 'zip',
  jobs: (nth: number) => readonly Job[],
): Side {
  return {
    name: sdk,
    async run(nth) {
      const file = join(folder, `jobs-${nth}.json`)
      await writeFile(file, JSON.stringify(jobs(nth)))
      const all = { PATH: process.env.PATH ?? '', ...env }
      const args = [join(import.meta.dirname, 'bare-sdk.ts'), type, file]
      return await timed(process.execPath, args, { cwd: folder, env: all })
    },
  }
}

async function skopeoSide({ folder }: Place, { emulator, env }: World, commit: string): Promise<Side> {
  const { ecr } = clientsFor(emulator)
  const { authorizationData: [data] = [] } = await ecr.send(new GetAuthorizationTokenCommand({}))
  const credentials = Buffer.from(data?.authorizationToken ?? '', 'base64').toString()
  const repository = `docker://${new URL(emulator.url).host}/service-a-image`
  const flags = ['src', 'dest'].flatMap(end => [`--${end}-tls-verify=false`, `--${end}-creds`, credentials])
  const common = ['--insecure-policy', '--tmpdir', folder, 'copy', '--all', '--preserve-digests', ...flags]
  const args = (nth: number) => [...common, `${repository}:${commit}`, `${repository}:skopeo-${nth}`]
  return { name: skopeo, run: nth => timed('skopeo', args(nth), { cwd: folder, env }) }
}
