import { createHash } from 'node:crypto'
import type { z } from 'zod'
import {
  blobsOf,
  findReferencedImage,
  mayLambdaPull,
  mayPull,
  parseImageUri,
} from '../ecr/image-reference.ts'
import { isIndex } from '../ecr/manifests.ts'
import { evaluatePolicy } from '../iam/ask-policy.ts'
import type { Identity } from '../iam/identities.ts'
import { invalidValue, lambdaError } from './errors.ts'
import type { codeSchema } from './input.ts'
import type { Code, LambdaCall, LambdaState } from './state.ts'
import { checkZip } from './zip.ts'

/** The code of a request, read once and for all: a tag is resolved now, so a later retag changes nothing. */
export function readCode(
  { state, identity }: Pick<LambdaCall, 'state' | 'identity'>,
  functionArn: string,
  source: z.output<typeof codeSchema>,
): Code {
  if (source.ImageUri !== undefined) return readImage(state, identity, source.ImageUri, functionArn)
  if (source.ZipFile !== undefined) return zipCode(Buffer.from(source.ZipFile, 'base64'))
  return zipCode(readObject(state, identity, source))
}

function zipCode(bytes: Buffer): Code {
  checkZip(bytes)
  const sha256 = createHash('sha256').update(bytes).digest('base64')
  return { sha256, size: bytes.length, content: { kind: 'zip', bytes } }
}

function readObject(state: LambdaState, identity: Identity, source: z.output<typeof codeSchema>): Buffer {
  const { S3Bucket, S3Key, S3ObjectVersion } = source
  if (S3Bucket === undefined || S3Key === undefined) {
    throw invalidValue('Please provide a source for function code.')
  }
  const bucket = state.s3.buckets.get(S3Bucket)
  if (!bucket) throw s3Refusal('NoSuchBucket', 'The specified bucket does not exist')
  if (bucket.region !== identity.region) {
    const message = `The bucket is in this region: ${bucket.region}. Please use this region to retry the request`
    throw s3Refusal('PermanentRedirect', message)
  }
  const resource = `arn:aws:s3:::${S3Bucket}/${S3Key}`
  const policy = bucket.documents.get('policy')
  const verdict = evaluatePolicy(policy, identity, 's3:GetObject', resource)
  if (verdict === 'deny' || (bucket.account !== identity.account && verdict !== 'allow'))
    throw lambdaError(
      'AccessDeniedException',
      'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for the code. S3 Error Code: AccessDenied. S3 Error Message: Access Denied',
    )
  const versions = bucket.objects.get(S3Key) ?? []
  const version =
    S3ObjectVersion === undefined
      ? versions[0]
      : versions.find(candidate => candidate.versionId === S3ObjectVersion)
  if (version && !version.deleteMarker) return version.body
  if (S3ObjectVersion === undefined) throw s3Refusal('NoSuchKey', 'The specified key does not exist.')
  throw s3Refusal('NoSuchVersion', 'The specified version does not exist.')
}

function s3Refusal(code: string, message: string): Error {
  return invalidValue(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`)
}

function readImage(state: LambdaState, identity: Identity, uri: string, functionArn: string): Code {
  const reference = parseImageUri(state.ecr, identity, uri)
  if (!reference) throw invalidValue(`Source image ${uri} is not valid. Provide a valid source image.`)
  const isOwn = reference.account === identity.account
  if (
    !isOwn &&
    !(mayPull(state.ecr, reference, identity) && mayLambdaPull(state.ecr, reference, functionArn))
  )
    throw lambdaError(
      'AccessDeniedException',
      'Lambda does not have permission to access the ECR image. Check the ECR permissions.',
    )
  // A function takes its image from its own region only (Lambda developer guide, container images).
  const image = reference.region === identity.region ? findReferencedImage(state.ecr, reference) : undefined
  if (!image) throw invalidValue(`Source image ${uri} does not exist. Provide a valid source image.`)
  const blobs = isIndex(image.mediaType) ? undefined : blobsOf(state.ecr, reference, image)
  if (!blobs) {
    throw invalidValue(
      `The image manifest, config or layer media type for the source image ${uri} is not supported.`,
    )
  }
  return {
    sha256: image.digest.slice('sha256:'.length),
    size: 0,
    image: { uri, resolvedUri: `${reference.base}@${image.digest}` },
    // Lambda keeps a copy of its own, so nothing that is deleted from the repository later is missing.
    content: { kind: 'image', ...blobs },
  }
}
