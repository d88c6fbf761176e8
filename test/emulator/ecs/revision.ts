import { randomInt } from 'node:crypto'
import { findReferencedImage, mayPull, parseImageUri } from '../ecr/image-reference.ts'
import type { EcsService, EcsState, Revision, TaskDefinition } from './state.ts'

/** Fixes what a deployment will run: the tags of its images are resolved now, not task by task. */
export function makeRevision(state: EcsState, service: EcsService, definition: TaskDefinition): Revision {
  const owner = ownerOf(service)
  const root = `arn:aws:iam::${owner.account}:root`
  const puller = { ...owner, arn: root, principalArn: root }
  const resolved = definition.content.containerDefinitions.map(({ name, image }) => {
    const reference = parseImageUri(state.ecr, owner, image)
    // An image of another registry cannot be looked up here: it is taken to be there.
    const isAllowed = reference !== undefined && mayPull(state.ecr, reference, puller)
    const found = isAllowed ? findReferencedImage(state.ecr, reference) : undefined
    return { name, image, digest: found?.digest, missing: reference !== undefined && !found }
  })
  const missing = resolved.find(container => container.missing)?.image
  return {
    arn: arnBeside(service, 'service-revision', digits()),
    taskDefinition: definition,
    images: resolved.map(({ name, image, digest }) => ({
      containerName: name,
      image,
      ...(digest === undefined ? {} : { imageDigest: digest }),
    })),
    ...(missing === undefined ? {} : { pullProblem: `CannotPullContainerError: ${missing}: not found` }),
    createdAt: state.clock.now(),
  }
}

/** The ARN of something that belongs to a service. */
export function arnBeside(service: EcsService, kind: string, id: string): string {
  return `${service.arn.replace(':service/', `:${kind}/`)}/${id}`
}

/** The account and region of a service. */
export function ownerOf({ arn }: EcsService): { account: string; region: string } {
  const [, , , region = '', account = ''] = arn.split(':')
  return { account, region }
}

/** An id of 19 digits, as deployments have. */
export function digits(): string {
  return Array.from({ length: 19 }, () => randomInt(1, 10)).join('')
}
