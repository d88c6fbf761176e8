import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import type { OnFinished } from '../support/cleanup.ts'
import { imageRecord, putObject, storeZip } from '../support/releases.ts'
import { assemble, environmentsJson, makeWorld, prepareStores, type World } from '../support/world.ts'
import { plantSecrets, type Secrets } from './secrets.ts'

/** A repository to copy scenes from, since copying takes less time than creating. */
export type Template = {
  readonly world: World
  /**
   * `old` is released as service-a-v0.9.0, `tagged` has the tags v1.0.0 of both services, `docs` has the same
   * services as that, and `head` has newer ones.
   */
  readonly commits: Readonly<Record<'old' | 'tagged' | 'docs' | 'head', string>>
  readonly tagObjects: Readonly<Record<string, string>>
}

/** The world of one case, with secrets planted where a user would have them. */
export type Scene = World & { readonly template: Template; readonly secrets: Secrets }

// Makes git's objects the same in every copy, so that the states of two worlds can be compared.
const moment = '2026-01-02T03:04:05Z'

/** The image of service-a at a commit. All share their layers, which are pushed once. */
export function imageOf(commit: string) {
  return sampleImage('service-a', { annotations: { commit } })
}

/** Creates the repository for a test file's scenes and removes it after the file. */
export async function makeTemplate(): Promise<Template> {
  const world = await makeWorld({ onFinished: afterAll })
  const old = await world.git(['rev-parse', 'HEAD'])
  const pin = { tag: 'service-a-v0.9.0', commit: old, digest: imageOf(old).digest }
  const pinText = `${JSON.stringify(pin, null, 2)}\n`
  await world.commit({ 'cdktf/pins/staging/service-a.json': pinText }, 'Pin', false)
  const tagged = await world.commit(version('1.0.0'), 'Prepare 1.0.0', false)
  const docs = await world.commit({ 'README.md': 'Read me\n' }, 'Write docs', false)
  const head = await world.commit(version('1.1.0'), 'Prepare 1.1.0', false)
  const tags = { 'service-a-v0.9.0': old, 'service-a-v1.0.0': tagged, 'service-b-v1.0.0': tagged }
  const tagObjects: Record<string, string> = {}
  for (const [name, commit] of Object.entries(tags)) {
    await world.git(['tag', '--annotate', '--message', name, name, commit])
    tagObjects[name] = await world.git(['rev-parse', `refs/tags/${name}`])
  }
  await world.git(['push', '--quiet', 'origin', 'HEAD', '--tags'])
  await Promise.all([world.clone, world.remote].map(folder => pack(world, folder)))
  return { world, commits: { old, tagged, docs, head }, tagObjects }
}

// Copying few files takes a fraction of the time.
async function pack(world: World, folder: string): Promise<void> {
  await world.git(['repack', '-a', '-d', '--quiet'], folder)
  await world.git(['pack-refs', '--all'], folder)
}

function version(text: string): Record<string, string> {
  return { 'services/service-a/main.txt': `a ${text}\n`, 'services/service-b/main.txt': `b ${text}\n` }
}

/** Copies the template and fills its own AWS: every commit is built, and service-a-v0.9.0 is released. */
export async function makeScene(template: Template, onFinished: OnFinished): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-matrix-'))
  onFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const { account, region } = environmentsJson.artifacts
  const emulator = await startEmulator({ region, account })
  onFinished(() => emulator.close())
  await cp(template.world.folder, folder, { recursive: true })
  const world = assemble(folder, emulator)
  const secrets = await plantSecrets(emulator)
  Object.assign(world.env, secrets.environment, { GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment })
  await pointAtOwnRemote(world, template, secrets)
  await fillStores(world, template)
  return Object.assign(world, { template, secrets })
}

async function pointAtOwnRemote(world: World, template: Template, { password }: Secrets): Promise<void> {
  const file = join(world.clone, '.git/config')
  const config = await readFile(file, 'utf8')
  const address = `file://bot:${password}@localhost${world.remote}`
  await writeFile(file, config.replace(template.world.remote, address))
}

async function fillStores(world: World, template: Template): Promise<void> {
  const { old, tagged, head } = template.commits
  await prepareStores(world.emulator, ['service-a-image'])
  await world.storeImage('service-a', old, imageOf(old))
  await Promise.all([
    ...[tagged, head].map(commit => nameImage(world, commit, commit)),
    ...[old, tagged].map(commit => storeZip(world, 'service-b', commit)),
  ])
  await releaseImage(world, template, 'service-a-v0.9.0', old)
}

/** Promotes a stored image by hand: gives it its release name and writes the record. */
export async function releaseImage(
  world: World,
  { tagObjects }: Template,
  tag: string,
  commit: string,
): Promise<void> {
  await nameImage(world, tag, commit)
  const parts = { tagObject: tagObjects[tag] ?? '', commit, digest: imageOf(commit).digest }
  await putObject(world, `releases/${tag}.json`, imageRecord(tag, parts))
}

async function nameImage(world: World, imageTag: string, commit: string): Promise<void> {
  const image = { ...imageOf(commit), blobs: [] }
  await pushImage(clientsFor(world.emulator).ecr, 'service-a-image', image, imageTag)
}
