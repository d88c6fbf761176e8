import type { ImageIdentifier } from '@aws-sdk/client-ecr'
import { BatchGetImageCommand } from '@aws-sdk/client-ecr'
import { ecrCalls } from '../emulator/calls.ts'
import type { SampleImage } from '../emulator/sample-image.ts'
import { mediaTypes, pushImage, sampleImage } from '../emulator/sample-image.ts'
import type { Target } from './target.ts'

/** Uploads an image with its parts and gives it tags. */
export async function push({ ecr }: Target, repositoryName: string, image: SampleImage, ...tags: string[]) {
  const [first, ...more] = tags
  await pushImage(ecr, repositoryName, image, first)
  for (const tag of more) await put({ ecr }, repositoryName, image, tag)
}

/** Uploads an image of its own for an expectation to the run's repository, and gives it tags. */
export async function pushed(target: Target, name: string, ...tags: string[]) {
  const repository = await target.repository()
  const image = sampleImage(name)
  await push(target, repository, image, ...tags)
  return { repository, image }
}

/** Puts a manifest whose parts should be there. */
export function put(
  { ecr }: Pick<Target, 'ecr'>,
  repositoryName: string,
  image: SampleImage,
  imageTag: string | undefined,
  imageDigest?: string,
) {
  return ecrCalls(() => ecr).put(repositoryName, image, imageTag, imageDigest)
}

/** Gets images of these media types, every one by default. */
export function get(
  { ecr }: Pick<Target, 'ecr'>,
  repositoryName: string,
  imageIds: ImageIdentifier[],
  acceptedMediaTypes: string[] | undefined = Object.values(mediaTypes),
) {
  return ecr.send(new BatchGetImageCommand({ repositoryName, imageIds, acceptedMediaTypes }))
}

/** The digest that a tag names now; undefined when it names none. */
export async function digestOf(target: Target, repositoryName: string, imageTag: string) {
  return (await get(target, repositoryName, [{ imageTag }])).images?.[0]?.imageId?.imageDigest
}
