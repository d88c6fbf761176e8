import type { z } from 'zod'
import { workflowBranch } from './access-trust.ts'
import { type Attempt, type DoctorCheck, failed, judge, ok } from './doctor.ts'
import type { branchRulesShape, protectionShape } from './doctor-github-answers.ts'
import { type Environments, mainBranch } from './environments.ts'

/** What was seen of what is in force on a branch; the older protection is undefined where there is none. */
export type BranchSeen = {
  readonly rules: Attempt<z.output<typeof branchRulesShape>>
  readonly protection: Attempt<z.output<typeof protectionShape> | undefined>
}

/** What is in force on a branch, by rulesets and by the older protection together. */
export type BranchRules = {
  readonly noForcePush: boolean
  readonly noDeletion: boolean
  readonly reviewed: boolean
  readonly ownersReview: boolean
}

/** Adds up both kinds of rules; what one kind already guarantees does not hang on the other's being seen. */
export function branchRules(
  { rules, protection }: BranchSeen,
  suffice: keyof BranchRules,
): Attempt<BranchRules> {
  const byRules = 'value' in rules ? ofRulesets(rules.value) : nothing
  const byProtection = 'value' in protection ? ofProtection(protection.value) : nothing
  const both = {
    noForcePush: byRules.noForcePush || byProtection.noForcePush,
    noDeletion: byRules.noDeletion || byProtection.noDeletion,
    reviewed: byRules.reviewed || byProtection.reviewed,
    ownersReview: byRules.ownersReview || byProtection.ownersReview,
  }
  if (both[suffice]) return { value: both }
  if (!('value' in rules)) return rules
  return 'value' in protection ? { value: both } : protection
}

const nothing: BranchRules = { noForcePush: false, noDeletion: false, reviewed: false, ownersReview: false }

function ofRulesets(rules: z.output<typeof branchRulesShape>): BranchRules {
  const has = (type: string) => rules.some(rule => rule.type === type)
  return {
    noForcePush: has('non_fast_forward') || has('update'),
    noDeletion: has('deletion'),
    reviewed: has('pull_request'),
    ownersReview: rules.some(
      ({ type, parameters }) => type === 'pull_request' && parameters?.require_code_owner_review === true,
    ),
  }
}

function ofProtection(protection: z.output<typeof protectionShape> | undefined): BranchRules {
  if (protection === undefined) return nothing
  const { required_pull_request_reviews: reviews, allow_force_pushes, allow_deletions } = protection
  return {
    noForcePush: allow_force_pushes?.enabled === false,
    noDeletion: allow_deletions?.enabled === false,
    reviewed: reviews !== undefined && reviews !== null,
    ownersReview: reviews?.require_code_owner_reviews === true,
  }
}

/** The branches, or patterns of them, whose workflows and scripts have rights: roles in AWS trust them. */
export function decisiveBranches(environments: Environments): string[] {
  return [
    ...new Set([mainBranch(environments), workflowBranch(environments), ...environments.releaseBranches]),
  ]
}

/** Checks a branch whose workflows and scripts have rights: nobody rewrites it, and nobody changes it alone. */
export function checkBranch(branch: string, seen: BranchSeen): DoctorCheck[] {
  const title = `branch ${branch}`
  const remedy = `Add a ruleset for ${branch} that restricts deletions, blocks force pushes and requires a pull request (Settings, Rules, Rulesets).`
  return [
    judge(`${title} history`, branchRules(seen, 'noForcePush'), ({ noForcePush, noDeletion }) =>
      noForcePush && noDeletion
        ? ok(`${title} history`, 'cannot be rewritten or removed')
        : failed(`${title} history`, 'can be rewritten or removed by whoever can push', remedy),
    ),
    judge(`${title} review`, branchRules(seen, 'reviewed'), ({ reviewed }) =>
      reviewed
        ? ok(`${title} review`, 'is changed by pull request')
        : failed(
            `${title} review`,
            'whoever can push can change the workflows and scripts that have the rights',
            remedy,
          ),
    ),
  ]
}
