import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clientsFor } from '../emulator/clients.ts'
import { mediaTypes, pushImage, sampleImage } from '../emulator/sample-image.ts'
import { storeZip } from '../support/releases.ts'
import { environmentsJson } from '../support/world.ts'
import { imageOf, releaseImage, type Scene } from './scene.ts'

/** A command and its prerequisites. */
export type Scenario = {
  readonly name: string
  readonly command: string
  readonly options: Readonly<Record<string, string>>
  prepare(scene: Scene): Promise<void>
}

const nothing = async () => undefined

/** Releases the image of service-a-v1.0.0, for commands that come after a promotion. */
async function promoted(scene: Scene): Promise<void> {
  await releaseImage(scene, scene.template, 'service-a-v1.0.0', scene.template.commits.tagged)
}

const sbom = 'application/vnd.example.sbom'

async function policy(scene: Scene): Promise<void> {
  const artifacts = { ...environmentsJson.artifacts, requiredReferrers: [sbom] }
  const text = JSON.stringify({ ...environmentsJson, artifacts })
  await writeFile(join(scene.clone, 'cdktf/environments.json'), text)
  const { digest } = imageOf(scene.template.commits.tagged)
  const subject = { mediaType: mediaTypes.ociManifest, digest, size: 1 }
  const attached = sampleImage('sbom', { artifactType: sbom, subject })
  await pushImage(clientsFor(scene.emulator).ecr, 'service-a-image', attached)
}

/** Stores the one artifact that a scene lacks: the zip of its head. */
export async function buildHead(scene: Scene): Promise<void> {
  await storeZip(scene, 'service-b', scene.template.commits.head)
}

/** The promotions for which the sample includes every request. */
export const promotions: readonly Scenario[] = [
  { name: 'promote an image', command: 'promote', options: { TAG: 'service-a-v1.0.0' }, prepare: nothing },
  { name: 'promote a zip', command: 'promote', options: { TAG: 'service-b-v1.0.0' }, prepare: nothing },
]

/** The commands that push. */
export const pushes: readonly Scenario[] = [
  {
    name: 'release two services',
    command: 'release',
    options: { SERVICE: 'a,b', VERSION: '1.1.0' },
    prepare: buildHead,
  },
  {
    name: 'pin',
    command: 'pin',
    options: { ENV: 'staging', TAG: 'service-a-v1.0.0' },
    prepare: promoted,
  },
]

/** Every command that calls AWS. */
export const scenarios: readonly Scenario[] = [
  ...promotions,
  {
    name: 'promote an image that must have an SBOM',
    command: 'promote',
    options: { TAG: 'service-a-v1.0.0' },
    prepare: policy,
  },
  ...pushes,
  {
    name: 'yank',
    command: 'yank',
    options: { TAG: 'service-a-v1.0.0', REASON: 'loses orders' },
    prepare: promoted,
  },
  { name: 'reconcile', command: 'reconcile', options: {}, prepare: nothing },
  { name: 'build a zip', command: 'build', options: { SERVICE: 'b' }, prepare: nothing },
  { name: 'trace', command: 'trace', options: { TAG: 'service-a-v0.9.0' }, prepare: nothing },
]
