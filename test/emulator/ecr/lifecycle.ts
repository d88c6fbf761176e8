import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { EcrError } from './errors.ts'
import { invalidParameter, readInput, targetSchema } from './input.ts'
import { address } from './repositories.ts'
import type { EcrState, Repository } from './state.ts'
import { findRepository } from './state.ts'

const putSchema = targetSchema.extend({ lifecyclePolicyText: z.string().min(100).max(30_720) })
const count = z.number().int().min(1)
const patterns = z.array(z.string().min(1)).min(1)
const wildcards = z.string().regex(/^[^*]*(?:\*[^*]*){0,4}$/, 'a pattern can have four wildcards at most')
const selection = z.strictObject({
  tagStatus: z.enum(['tagged', 'untagged', 'any']),
  tagPatternList: z.array(wildcards.min(1)).min(1).exactOptional(),
  tagPrefixList: patterns.exactOptional(),
  storageClass: z.enum(['standard', 'archive']).exactOptional(),
  countType: z.enum(['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned']),
  countUnit: z.literal('days').exactOptional(),
  countNumber: count,
})
const action = z.strictObject({
  type: z.enum(['expire', 'transition']),
  targetStorageClass: z.literal('archive').exactOptional(),
})
const rule = z
  .strictObject({
    rulePriority: z.number().int().min(1),
    description: z.string().max(256).exactOptional(),
    selection,
    action,
  })
  .superRefine(checkRule)

/** A lifecycle policy (Amazon ECR User Guide, Lifecycle policy properties in Amazon ECR). */
const policySchema = z
  .strictObject({ rules: z.array(rule).min(1).max(50) })
  .superRefine(({ rules }, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    const priorities = rules.map(({ rulePriority }) => rulePriority)
    if (new Set(priorities).size < priorities.length) refuse('Rule priorities must be unique')
    for (const storageClass of ['standard', 'archive']) {
      const own = rules.filter(each => (each.selection.storageClass ?? 'standard') === storageClass)
      const last = Math.max(...own.map(({ rulePriority }) => rulePriority))
      if (own.some(each => each.selection.tagStatus === 'any' && each.rulePriority !== last))
        refuse('Rule for tagStatus=ANY must have the lowest priority per storage class')
      if (own.filter(each => each.selection.tagStatus === 'untagged').length > 1)
        refuse('Only one rule can select Untagged images per storage class')
    }
  })

/** PutLifecyclePolicy; the text is stored as it is and never carried out. */
export function putLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  const { lifecyclePolicyText: text, ...target } = readInput(putSchema, input)
  const repository = findRepository(state, identity, target, 'PutLifecyclePolicy')
  checkPolicy(text)
  repository.lifecyclePolicy = { text, at: Date.now() }
  return { ...address(repository), lifecyclePolicyText: text }
}

/** GetLifecyclePolicy. */
export function getLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  return shown(findRepository(state, identity, readInput(targetSchema, input), 'GetLifecyclePolicy'))
}

/** DeleteLifecyclePolicy. */
export function deleteLifecyclePolicy(state: EcrState, identity: Identity, input: unknown): object {
  const repository = findRepository(state, identity, readInput(targetSchema, input), 'DeleteLifecyclePolicy')
  const answer = shown(repository)
  delete repository.lifecyclePolicy
  return answer
}

function checkPolicy(text: string): void {
  const result = policySchema.safeParse(parse(text))
  if (result.success) return
  const [issue] = result.error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  throw invalid(`${where}${issue?.message}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('Could not map policyString into LifecyclePolicy.')
  }
}

function checkRule(
  { selection: chosen, action: act }: z.output<typeof rule>,
  context: z.RefinementCtx,
): void {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message })
  const { tagStatus, tagPatternList, tagPrefixList, countType, countUnit } = chosen
  const named = [tagPatternList, tagPrefixList].filter(list => list !== undefined)
  if (tagStatus === 'tagged' && named.length === 0)
    refuse('Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.')
  if (tagStatus !== 'tagged' && named.length > 0)
    refuse('tagPrefixList and tagPatternList can only be specified when tagStatus=TAGGED.')
  if (named.length > 1) refuse('Only one of tagPrefixList and tagPatternList can be specified.')
  if (countType === 'imageCountMoreThan' && countUnit !== undefined)
    refuse('countUnit can only be specified when countType is a number of days.')
  if (countType !== 'imageCountMoreThan' && countUnit === undefined)
    refuse(`countUnit must be specified when countType is ${countType}.`)
  if ((act.type === 'transition') !== (act.targetStorageClass !== undefined))
    refuse('targetStorageClass must be specified for a transition, and only there.')
}

function invalid(reason: string): EcrError {
  return invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`)
}

function shown(repository: Repository): object {
  const { lifecyclePolicy } = repository
  if (lifecyclePolicy) {
    // AWS evaluates within a day and says so; the emulator never evaluates.
    const lastEvaluatedAt = lifecyclePolicy.at / 1000
    return { ...address(repository), lifecyclePolicyText: lifecyclePolicy.text, lastEvaluatedAt }
  }
  throw new EcrError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.account}'`,
  )
}
