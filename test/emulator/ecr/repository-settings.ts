import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { actionsIn, isUnknownAction, parsePolicy, resourcesIn } from '../iam/policy-document.ts'
import { EcrError } from './errors.ts'
import { invalidParameter, readInput, resourceTagsSchema, targetSchema } from './input.ts'
import { address } from './repositories.ts'
import type { EcrState, Repository } from './state.ts'
import { findRepository } from './state.ts'

const policySchema = targetSchema.extend({
  policyText: z.string().max(10_240),
  force: z.boolean().exactOptional(),
})
const resourceSchema = z.object({ resourceArn: z.string() })
const tagSchema = resourceSchema.extend({ tags: resourceTagsSchema })
const untagSchema = resourceSchema.extend({ tagKeys: z.array(z.string().min(1).max(128)).max(200) })

/** SetRepositoryPolicy. */
export function setRepositoryPolicy(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(policySchema, input)
  const repository = findRepository(state, identity, request, 'SetRepositoryPolicy')
  repository.policy = checkPolicy(request.policyText)
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
  const request = readInput(tagSchema, input)
  const repository = byArn(state, identity, request.resourceArn, 'TagResource')
  for (const tag of request.tags) repository.resourceTags.set(tag.Key, tag.Value)
  return {}
}

/** UntagResource. */
export function untagResource(state: EcrState, identity: Identity, input: unknown): object {
  const request = readInput(untagSchema, input)
  const repository = byArn(state, identity, request.resourceArn, 'UntagResource')
  for (const key of request.tagKeys) repository.resourceTags.delete(key)
  return {}
}

/** ListTagsForResource. */
export function listTagsForResource(state: EcrState, identity: Identity, input: unknown): object {
  const { resourceArn } = readInput(resourceSchema, input)
  const repository = byArn(state, identity, resourceArn, 'ListTagsForResource')
  return { tags: [...repository.resourceTags].map(([Key, Value]) => ({ Key, Value })) }
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
    throw invalidParameter('resourceArn', 'Invalid ARN')
  }
  return findRepository(state, identity, { registryId: match[2], repositoryName: match[3] ?? '' }, action)
}

/** What ECR refuses as a repository policy (Amazon ECR User Guide, Private repository policies): no resource, known actions. */
function checkPolicy(text: string): string {
  const isValid = parsePolicy(text)?.Statement.every(
    statement =>
      /^(?:Allow|Deny)$/.test(statement.Effect) &&
      (statement.Principal ?? statement.NotPrincipal) !== undefined &&
      resourcesIn(statement).length === 0 &&
      actionsIn(statement).length > 0 &&
      actionsIn(statement).every(action => /^ecr:.+$/i.test(action) && !isUnknownAction(action)),
  )
  if (isValid) return text
  throw invalidParameter('PolicyText', 'Invalid repository policy provided')
}
