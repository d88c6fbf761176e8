import { z } from 'zod'
import { type Asker, allowsService, evaluatePolicy } from '../iam/ask-policy.ts'
import { readJsonObject } from '../protocol/json-input.ts'
import type { EcrState, Repository, StoredImage } from './state.ts'
import { repositoryKey } from './state.ts'

/** An image as a function or a container names it: in a repository of ECR, by tag or by digest. */
export type ImageReference = {
  account: string
  region: string
  repository: string
  /** What stands before the tag or the digest. */
  base: string
  tag?: string
  digest?: string
}

/** Who refers to an image, and thereby which registry the emulator's own host means. */
type Referrer = { account: string; region: string }

const pattern = /^(([^/]+)\/([a-z0-9._/-]+))(?::(\w[\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/

/**
 * Reads the URI of an image in ECR: AWS's own host names account and region, the emulator's host (which
 * DescribeRepositories gives) means the referrer's. Undefined for an image of another registry.
 */
export function parseImageUri(
  { host }: EcrState,
  referrer: Referrer,
  uri: string,
): ImageReference | undefined {
  const [, base = '', registry = '', repository = '', tag, digest] = pattern.exec(uri) ?? []
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(registry) ?? []
  const owner = account && region ? { account, region } : registry === host ? referrer : undefined
  if (!owner || base === '') return undefined
  const found = { account: owner.account, region: owner.region, repository, base }
  return digest === undefined ? { ...found, tag: tag ?? 'latest' } : { ...found, digest }
}

/** Whether an image may be pulled by an account: by its own, or where the repository's policy says so. */
export function mayPull(
  state: EcrState,
  { account, region, repository: name }: ImageReference,
  puller: Asker,
): boolean {
  const policy = state.repositories.get(repositoryKey(account, region, name))?.policy
  return (
    puller.account === account ||
    pullActions.every(action => evaluatePolicy(policy, puller, action) === 'allow')
  )
}

/** Whether Lambda itself may pull an image of another account for a function (Lambda developer guide, container images). */
export function mayLambdaPull(
  state: EcrState,
  { account, region, repository: name }: ImageReference,
  functionArn: string,
): boolean {
  const policy = state.repositories.get(repositoryKey(account, region, name))?.policy
  const asked = { service: 'lambda.amazonaws.com', sourceArn: functionArn }
  return pullActions.every(action => allowsService(policy, { ...asked, action }))
}

const pullActions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

/** The image that a reference means now, whoever asks; undefined when there is none. */
export function findReferencedImage(state: EcrState, reference: ImageReference): StoredImage | undefined {
  const key = repositoryKey(reference.account, reference.region, reference.repository)
  const repository: Repository | undefined = state.repositories.get(key)
  const digest = reference.digest ?? repository?.tags.get(reference.tag ?? '')
  return digest === undefined ? undefined : repository?.images.get(digest)
}

/** The bytes of an image's configuration and of its layers, from the lowest up; undefined for what is no image. */
export function blobsOf(
  state: EcrState,
  { account, region, repository }: ImageReference,
  image: StoredImage,
): { config: Buffer; layers: Buffer[] } | undefined {
  const stored = state.repositories.get(repositoryKey(account, region, repository))?.layers
  const manifest = manifestSchema.safeParse(readJsonObject(image.bytes)).data
  const config = stored?.get(manifest?.config.digest ?? '')
  const layers = manifest?.layers.flatMap(({ digest }) => stored?.get(digest) ?? []) ?? []
  return config && layers.length === manifest?.layers.length ? { config, layers } : undefined
}

const descriptor = z.object({ digest: z.string() })
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) })
