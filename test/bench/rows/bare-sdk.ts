import { readFileSync } from 'node:fs'
import { BatchGetImageCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr'
import { CopyObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { mediaTypes } from '../../emulator/sample-image.ts'
import { mapLimited } from './limited.ts'

/*
 * What a promotion costs at least: the calls of the SDK that give artifacts another name, and nothing else. It runs as a
 * process, as a command does: `image <file>` or `zip <file>`, with one JSON array of jobs in the file.
 */

/** An image or a zip, and its name before and after. */
export type Job = { readonly store: string; readonly from: string; readonly to: string }

const atOnce = 16
const [, , type, file = ''] = process.argv
const jobs = JSON.parse(readFileSync(file, 'utf8')) as Job[]

if (type === 'image') {
  const ecr = new ECRClient({})
  await mapLimited(jobs, atOnce, async ({ store: repositoryName, from, to: imageTag }) => {
    const asked = {
      repositoryName,
      imageIds: [{ imageTag: from }],
      acceptedMediaTypes: Object.values(mediaTypes),
    }
    const { images: [image] = [] } = await ecr.send(new BatchGetImageCommand(asked))
    const { imageManifest, imageManifestMediaType } = image ?? {}
    await ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType }))
  })
} else {
  const s3 = new S3Client({ forcePathStyle: true })
  await mapLimited(jobs, atOnce, ({ store: Bucket, from, to: Key }) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, IfNoneMatch: '*' })),
  )
}
