import { createHash } from 'node:crypto'
import { DescribeRepositoriesCommand, ListImagesCommand } from '@aws-sdk/client-ecr'
import { GetObjectCommand, GetObjectTaggingCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { bucket } from '../support/world.ts'
import type { Scene } from './scene.ts'
import { expectNoSecret } from './secrets.ts'

/**
 * Everything that a command can change, as a flat list: objects with their versions, tags and SHA-256, image tags, refs
 * of the remote and of the clone.
 */
export type State = Readonly<Record<string, string>>

/** Reads the state of a scene, and checks everything that it reads for planted secrets. */
export async function readState(scene: Scene): Promise<State> {
  // Only the requests so far are the command's.
  expectNoSecret(scene.secrets, 'the request log', JSON.stringify(scene.emulator.requests()))
  const parts = await Promise.all([readObjects(scene), readImages(scene), readRefs(scene), readTexts(scene)])
  scene.emulator.clearRequests()
  return Object.fromEntries(parts.flat().toSorted())
}

async function readObjects(scene: Scene): Promise<[string, string][]> {
  const { s3 } = clientsFor(scene.emulator)
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  const keys = Map.groupBy(Versions, ({ Key = '' }) => Key)
  return await Promise.all(
    [...keys].map(async ([Key, versions]): Promise<[string, string]> => {
      const [object, { TagSet = [] }] = await Promise.all([
        s3.send(new GetObjectCommand({ Bucket: bucket, Key })),
        s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key })),
      ])
      const text = Buffer.from((await object.Body?.transformToByteArray()) ?? []).toString('latin1')
      const tags = TagSet.map(tag => `${tag.Key}=${tag.Value}`).toSorted()
      expectNoSecret(scene.secrets, Key, `${text} ${tags}`)
      const sum = createHash('sha256').update(withoutTime(text), 'latin1').digest('hex')
      return [`object ${Key}`, `${versions.length} version, ${sum}, ${tags}`]
    }),
  )
}

// Only a yank marker contains its creation time.
function withoutTime(text: string): string {
  return text.replace(/"at": "[^"]*"/, '"at": "…"')
}

async function readImages({ emulator }: Scene): Promise<[string, string][]> {
  const { ecr } = clientsFor(emulator)
  const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}))
  const listed = await Promise.all(
    repositories.map(async ({ repositoryName }) => {
      const filter = { tagStatus: 'TAGGED' } as const
      const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName, filter }))
      return imageIds.map(({ imageTag, imageDigest }): [string, string] => [
        `image ${repositoryName}:${imageTag}`,
        imageDigest ?? '',
      ])
    }),
  )
  return listed.flat()
}

async function readRefs(scene: Scene): Promise<[string, string][]> {
  const refs = async (name: string, folder: string) => {
    const asked = ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags']
    const lines = (await scene.git(asked, folder)).split('\n').filter(Boolean)
    return lines.map((line): [string, string] => [`${name} ${line.split(' ')[0]}`, line.split(' ')[1] ?? ''])
  }
  const [there, here] = await Promise.all([refs('remote', scene.remote), refs('clone', scene.clone)])
  return [...there, ...here]
}

async function readTexts(scene: Scene): Promise<[string, string][]> {
  const [messages, tags, status] = await Promise.all([
    scene.git(['log', '--all', '--format=%an %ae %cn %ce %B', '--patch'], scene.remote),
    scene.git(['for-each-ref', '--format=%(contents)', 'refs/tags'], scene.remote),
    scene.git(['status', '--porcelain']),
  ])
  expectNoSecret(scene.secrets, 'commits and tags', `${messages}\n${tags}`)
  return [['clone status', status]]
}

/** Fails unless everything is as before or as the undisturbed run leaves it. */
export function expectBetween(now: State, before: State, after: State): void {
  const strange = Object.entries(now).filter(([key, value]) => value !== before[key] && value !== after[key])
  expect(strange, 'neither as before nor as an undisturbed run leaves it').toEqual([])
  expect(Object.keys(before).filter(key => !(key in now) && key in after)).toEqual([])
}
