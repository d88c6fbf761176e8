import { createHash } from 'node:crypto'
import { BatchGetImageCommand } from '@aws-sdk/client-ecr'
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator, LoggedRequest } from '../emulator/emulator.ts'
import { mediaTypes } from '../emulator/sample-image.ts'
import { sampleZip } from '../emulator/sample-zip.ts'
import type { Context } from './pins.ts'
import { bucket, makeWorld, type World } from './world.ts'

/** A world whose first commit has the image of `service-a` and the zip of `service-b` built. */
export async function builtWorld({ onTestFinished }: Context) {
  const world = await makeWorld({ onFinished: onTestFinished })
  const commit = await world.git(['rev-parse', 'HEAD'])
  await world.storeImage('service-a', commit)
  await storeZip(world, 'service-b', commit)
  world.emulator.clearRequests()
  return { world, commit }
}

/** Makes an annotated tag and pushes it, as a release does, without checks; answers the tag object. */
export async function pushTag(world: World, name: string, commit: string): Promise<string> {
  await world.git(['tag', '--annotate', '--message', name, name, commit])
  await world.git(['push', '--quiet', 'origin', `refs/tags/${name}`])
  return await world.git(['rev-parse', `refs/tags/${name}`])
}

/** Moves a tag to the head of a clone, on the remote as well. */
export async function moveTag(world: World, name: string, folder = world.clone): Promise<void> {
  await world.git(['tag', '--force', '--annotate', '--message', 'moved', name, 'HEAD'], folder)
  await world.git(['push', '--quiet', '--force', 'origin', `refs/tags/${name}`], folder)
}

/** Stores a zip where the build of a service at a commit would store it, and answers its SHA-256 in base64. */
export async function storeZip(
  world: World,
  service: string,
  commit: string,
  bytes: Uint8Array = sampleZip(`${service} ${commit}`),
): Promise<string> {
  const checksum = createHash('sha256').update(bytes).digest('base64')
  await putObject(world, `builds/${service}-${commit}.zip`, bytes, checksum)
  return checksum
}

/** Stores an object in the artifact bucket; without a SHA-256 when none is given. */
export async function putObject(
  { emulator }: World,
  key: string,
  body: Uint8Array | string,
  checksum?: string,
): Promise<void> {
  const { s3 } = clientsFor(emulator)
  const sum = checksum === undefined ? {} : { ChecksumSHA256: checksum }
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...sum }))
}

/** An object of the artifact bucket: its tags, its SHA-256 and, where it is text, its text; undefined when there is none. */
export async function readObject({ emulator }: World, key: string) {
  const { s3 } = clientsFor(emulator)
  const target = { Bucket: bucket, Key: key }
  try {
    const head = await s3.send(new HeadObjectCommand({ ...target, ChecksumMode: 'ENABLED' }))
    const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(target))
    const { Body } = await s3.send(new GetObjectCommand(target))
    return {
      sha256: head.ChecksumSHA256,
      type: head.ContentType,
      tags: Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value])),
      bytes: Buffer.from((await Body?.transformToByteArray()) ?? []),
    }
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** An image as its tag names it; undefined when there is no such tag. */
export async function readImage(
  { emulator }: World,
  repositoryName: string,
  imageTag: string,
): Promise<{ digest: string | undefined; manifest: string | undefined } | undefined> {
  const { images = [] } = await clientsFor(emulator).ecr.send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [{ imageTag }],
      acceptedMediaTypes: Object.values(mediaTypes),
    }),
  )
  const [image] = images
  return image && { digest: image.imageId?.imageDigest, manifest: image.imageManifest }
}

/** The record of an image release, as text. */
export function imageRecord(
  tag: string,
  parts: { tagObject: string; commit: string; digest: string; sourceCommit?: string; schema?: number },
): string {
  const { tagObject, commit, digest, sourceCommit = commit, schema = 1 } = parts
  const repository = `${tag.replace(/-v\d.*$/, '')}-image`
  const artifact = { type: 'image', repository, tag, digest }
  return printed({ schema, tag, tagObject, commit, sourceCommit, artifact })
}

/** The record of a zip release, as text. */
export function zipRecord(
  tag: string,
  { tagObject, commit, sha256 }: { tagObject: string; commit: string; sha256: string },
): string {
  const artifact = { type: 'zip', key: `releases/${tag}.zip`, sha256 }
  return printed({ schema: 1, tag, tagObject, commit, sourceCommit: commit, artifact })
}

/** A value as Waybill writes it to a file. */
export function printed(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** The operations of one service in the request log, in order of arrival. */
export function operations(emulator: Emulator, service?: LoggedRequest['service']): string[] {
  return emulator
    .requests()
    .filter(request => service === undefined || request.service === service)
    .map(({ operation }) => operation)
}

/** The requests that asked for a change, whether or not it was made. */
export function writes(emulator: Emulator): string[] {
  const changing = emulator.requests().filter(({ write }) => write)
  return changing.map(({ operation, resource }) => `${operation} ${resource}`)
}

/** All bytes of bodies, sent and received. */
export function bodyBytes(emulator: Emulator): number {
  return emulator
    .requests()
    .reduce((sum, { requestBytes, responseBytes }) => sum + requestBytes + responseBytes, 0)
}
