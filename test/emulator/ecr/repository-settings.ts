import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { EcrError } from './errors.ts'
import { readInput, resourceTagsSchema, targetSchema } from './input.ts'
import { address } from './repositories.ts'
import type { EcrState, Repository } from './state.ts'

import { findRepository } from './state.ts'

/** PutLifecyclePolicy; the text is stored as it is and never carried out. */
export function putLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(targetSchema.extend({ lifecyclePolicyText: z.string().min(1).max(30720) }), input)
  const repository = findRepository(state, identity, request, 'PutLifecyclePolicy')
  const text = jsonDocument(request.lifecyclePolicyText, 'LifecyclePolicyText')
  repository.lifecyclePolicy = { text, at: Date.now() }
  return { ...address(repository), lifecyclePolicyText: text }
}

/** GetLifecyclePolicy. */
export function getLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'GetLifecyclePolicy')
  return lifecycleAnswer(repository)
}

/** DeleteLifecyclePolicy. */
export function deleteLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'DeleteLifecyclePolicy')
  const answer = lifecycleAnswer(repository)
  delete repository.lifecyclePolicy
  return answer
}

/** SetRepositoryPolicy. */
export function setRepositoryPolicy(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(targetSchema.extend({ policyText: z.string().max(10240) }), input)
  const repository = findRepository(state, identity, request, 'SetRepositoryPolicy')
  repository.policy = jsonDocument(request.policyText, 'PolicyText')
  return { ...address(repository), policyText: repository.policy }
}

/** GetRepositoryPolicy. */
export function getRepositoryPolicy(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'GetRepositoryPolicy')
  return policyAnswer(repository)
}

/** DeleteRepositoryPolicy. */
export function deleteRepositoryPolicy(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'DeleteRepositoryPolicy')
  const answer = policyAnswer(repository)
  delete repository.policy
  return answer
}

/** TagResource. */
export function tagResource(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(z.object({ resourceArn: z.string(), tags: resourceTagsSchema }), input)
  const repository = byArn(state, identity, request.resourceArn, 'TagResource')
  for (const tag of request.tags) repository.resourceTags.set(tag.Key, tag.Value)
  return {}
}

/** UntagResource. */
export function untagResource(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(z.object({ resourceArn: z.string(), tagKeys: z.array(z.string()) }), input)
  const repository = byArn(state, identity, request.resourceArn, 'UntagResource')
  for (const key of request.tagKeys) repository.resourceTags.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(state: EcrState, identity: Identity, input: unknown): object {
  const { resourceArn } = readInput(z.object({ resourceArn: z.string() }), input)
  const repository = byArn(state, identity, resourceArn, 'ListTagsForResource')
  return { tags: [...repository.resourceTags].map(([Key, Value]) => ({ Key, Value })) }
}

function lifecycleAnswer(repository: Repository): object {
  const { lifecyclePolicy } = repository
  if (lifecyclePolicy) {
    return {
      ...address(repository),
      lifecyclePolicyText: lifecyclePolicy.text,
      // AWS evaluates within a day and says so; the emulator never evaluates.
      lastEvaluatedAt: lifecyclePolicy.at / 1000,
    }
  }
  throw new EcrError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.account}'`,
  )
}

function policyAnswer(repository: Repository): object {
  if (repository.policy !== undefined) return { ...address(repository), policyText: repository.policy }
  throw new EcrError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.account}'`,
  )
}

function byArn(state: EcrState, identity: Identity, arn: string, action: string): Repository {
  const match = /^arn:aws:ecr:([^:]+):(\d{12}):repository\/(.+)$/.exec(arn)
  if (!match || match[1] !== identity.region) {
    throw new EcrError(
      'InvalidParameterException',
      `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`,
    )
  }
  return findRepository(state, identity, { registryId: match[2], repositoryName: match[3] ?? '' }, action)
}

function jsonDocument(text: string, parameter: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return text
  } catch {}
  throw new EcrError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: 'Invalid JSON syntax'`,
  )
}
