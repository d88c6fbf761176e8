import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { EcrError } from './errors.ts'
import { readInput, targetSchema } from './input.ts'
import { digestOf } from './manifests.ts'
import { address } from './repositories.ts'
import type { EcrState, LayerUpload, Repository } from './state.ts'
import { findRepository } from './state.ts'

/** The part size that ECR asks for. */
const partSize = 20_971_520
const digestPattern = /^sha256:[0-9a-f]{64}$/
const uploadId = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const checkSchema = targetSchema.extend({ layerDigests: z.array(z.string().max(1000)).min(1).max(100) })
const partSchema = targetSchema.extend({
  uploadId,
  partFirstByte: z.number().int().min(0),
  partLastByte: z.number().int().min(0),
  layerPartBlob: z.base64(),
})
const completeSchema = targetSchema.extend({
  uploadId,
  layerDigests: z.array(z.string().regex(digestPattern)).min(1).max(100),
})
const downloadSchema = targetSchema.extend({ layerDigest: z.string().regex(digestPattern) })

/** BatchCheckLayerAvailability. */
export function batchCheckLayerAvailability(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(checkSchema, input)
  const repository = findRepository(state, identity, request, 'BatchCheckLayerAvailability')
  const valid = request.layerDigests.filter(digest => digestPattern.test(digest))
  const layers = valid.map(layerDigest => {
    const layerSize = repository.layers.get(layerDigest)?.length
    return layerSize === undefined
      ? { layerDigest, layerAvailability: 'UNAVAILABLE' }
      : { layerDigest, layerAvailability: 'AVAILABLE', layerSize }
  })
  const failures = request.layerDigests
    .filter(digest => !digestPattern.test(digest))
    .map(layerDigest => ({
      layerDigest,
      failureCode: 'InvalidLayerDigest',
      failureReason: 'Invalid layer digest',
    }))
  return { layers, failures }
}

/** InitiateLayerUpload. */
export function initiateLayerUpload(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'InitiateLayerUpload')
  return { uploadId: beginUpload(repository), partSize }
}

/** UploadLayerPart. */
export function uploadLayerPart(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(partSchema, input)
  const repository = findRepository(state, identity, request, 'UploadLayerPart')
  const upload = findUpload(repository, request.uploadId)
  const part = Buffer.from(request.layerPartBlob, 'base64')
  if (
    request.partFirstByte !== upload.received ||
    request.partLastByte !== upload.received + part.length - 1
  ) {
    throw new EcrError(
      'InvalidLayerPartException',
      `The layer part does not begin at byte ${upload.received}, or its length is wrong`,
    )
  }
  upload.chunks.push(part)
  upload.received += part.length
  return { ...address(repository), uploadId: request.uploadId, lastByteReceived: upload.received - 1 }
}

/** CompleteLayerUpload. */
export function completeLayerUpload(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(completeSchema, input)
  const repository = findRepository(state, identity, request, 'CompleteLayerUpload')
  const [layerDigest = ''] = request.layerDigests
  const known = repository.layers.has(layerDigest)
  finishUpload(repository, request.uploadId, layerDigest)
  if (known) {
    throw new EcrError(
      'LayerAlreadyExistsException',
      `Layer with digest '${layerDigest}' already exists in the repository with name '${repository.name}'`,
    )
  }
  return { ...address(repository), uploadId: request.uploadId, layerDigest }
}

/** GetDownloadUrlForLayer: a link to the emulator itself. */
export function getDownloadUrlForLayer(state: EcrState, identity: Identity, input: unknown): object {
  const { layerDigest, ...target } = readInput(downloadSchema, input)
  const repository = findRepository(state, identity, target, 'GetDownloadUrlForLayer')
  if (repository.layers.has(layerDigest)) {
    const path = [repository.account, repository.region, layerDigest, repository.name].join('/')
    return { layerDigest, downloadUrl: `http://${state.host}/_layers/${path}` }
  }
  throw new EcrError(
    'LayersNotFoundException',
    `Layer with digest '${layerDigest}' does not exist in the repository with name '${repository.name}'`,
  )
}

/** Opens an upload and returns its id. */
export function beginUpload(repository: Repository): string {
  const uploadId = randomUUID()
  repository.uploads.set(uploadId, { chunks: [], received: 0 })
  return uploadId
}

/** Finds an open upload. */
export function findUpload(repository: Repository, uploadId: string): LayerUpload {
  const upload = repository.uploads.get(uploadId)
  if (upload) return upload
  throw new EcrError(
    'UploadNotFoundException',
    `Upload with id '${uploadId}' does not exist in the repository with name '${repository.name}'`,
  )
}

/** Closes an upload and keeps the layer, when its digest is what the client says. */
export function finishUpload(repository: Repository, uploadId: string, digest: string): void {
  const upload = findUpload(repository, uploadId)
  const bytes = Buffer.concat(upload.chunks)
  const actual = digestOf(bytes)
  if (actual !== digest)
    throw new EcrError(
      'InvalidLayerException',
      `The layer digest '${digest}' is not the digest of what was uploaded, '${actual}'`,
    )
  repository.uploads.delete(uploadId)
  repository.layers.set(digest, bytes)
}
