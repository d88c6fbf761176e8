import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  type ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { mediaTypes } from './sample-image.ts'

/** The calls to ECR that most tests make; the client is asked for when one is made. */
export function ecrCalls(client: () => ECRClient) {
  return {
    /** Makes a repository and answers its name. */
    async repository(repositoryName: string, imageTagMutability: 'IMMUTABLE' | 'MUTABLE' = 'IMMUTABLE') {
      await client().send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }))
      return repositoryName
    },
    /** Puts a manifest. */
    put(
      repositoryName: string,
      { manifest, mediaType }: { manifest: string; mediaType?: string },
      imageTag?: string,
      imageDigest?: string,
    ) {
      const image = { imageManifest: manifest, imageManifestMediaType: mediaType, imageTag, imageDigest }
      return client().send(new PutImageCommand({ repositoryName, ...image }))
    },
    /** Gets images of every media type. */
    get(repositoryName: string, ...imageIds: { imageTag?: string; imageDigest?: string }[]) {
      const acceptedMediaTypes = Object.values(mediaTypes)
      return client().send(new BatchGetImageCommand({ repositoryName, imageIds, acceptedMediaTypes }))
    },
  }
}

/** The calls to S3 that most tests make, on one bucket with one body. */
export function s3Calls(client: () => S3Client, Bucket: string, Body: string) {
  return {
    /** Puts an object. */
    put(Key: string, extra: Partial<ConstructorParameters<typeof PutObjectCommand>[0]> = {}) {
      return client().send(new PutObjectCommand({ Bucket, Key, Body, ...extra }))
    },
    /** Gets an object's text. */
    async text(Key: string, extra: { VersionId?: string; Range?: string } = {}): Promise<string | undefined> {
      return (await client().send(new GetObjectCommand({ Bucket, Key, ...extra }))).Body?.transformToString()
    },
  }
}
