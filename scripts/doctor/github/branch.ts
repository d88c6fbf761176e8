import type { z } from 'zod'
import { workflowBranch } from '../../access/trust.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { type DoctorCheck, failed, judge, type Look, ok } from '../check.ts'
import type { branchRulesShape, protectionShape } from './answers.ts'

/** What was seen of what is in force on a branch; the older protection is undefined where there is none. */
export type BranchSeen = {
  readonly rules: Look<z.output<typeof branchRulesShape>>
  readonly protection: Look<z.output<typeof protectionShape> | undefined>
}

/** What is in force on a branch, by rulesets and by the older protection together. */
export type BranchRules = {
  readonly noForcePush: boolean
  readonly noDeletion: boolean
  /** Somebody else has to approve a change: a number of approvals above 0, or the code owners'. */
  readonly reviewed: boolean
  readonly ownersReview: boolean
}

/** Adds up both kinds of rules; what one kind already guarantees does not hang on the other's being seen. */
export function branchRules(
  { rules, protection }: BranchSeen,
  suffice: keyof BranchRules,
): Look<BranchRules> {
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
  const reviews = rules.filter(({ type }) => type === 'pull_request').map(({ parameters }) => parameters)
  const ownersReview = reviews.some(one => one?.require_code_owner_review === true)
  return {
    noForcePush: has('non_fast_forward') || has('update'),
    noDeletion: has('deletion'),
    reviewed: ownersReview || reviews.some(one => (one?.required_approving_review_count ?? 0) >= 1),
    ownersReview,
  }
}

function ofProtection(protection: z.output<typeof protectionShape> | undefined): BranchRules {
  if (protection === undefined) return nothing
  const { required_pull_request_reviews: reviews, allow_force_pushes, allow_deletions } = protection
  const ownersReview = reviews?.require_code_owner_reviews === true
  return {
    noForcePush: allow_force_pushes?.enabled === false,
    noDeletion: allow_deletions?.enabled === false,
    reviewed: ownersReview || (reviews?.required_approving_review_count ?? 0) >= 1,
    ownersReview,
  }
}

/** The branches, or patterns of them, whose workflows and scripts have rights: roles in AWS trust them. */
export function decisiveBranches(environments: Environments): string[] {
  return [
    ...new Set([mainBranch(environments), workflowBranch(environments), ...environments.releaseBranches]),
  ]
}

/** Checks a branch whose workflows and scripts have rights: nobody rewrites, changes or makes it alone. */
export function checkBranch(branch: string, seen: BranchSeen): DoctorCheck[] {
  const title = `branch ${branch}`
  const remedy = `Add a ruleset for ${branch} that restricts deletions, blocks force pushes and requires a pull request with an approval (Settings, Rules, Rulesets).`
  return [
    judge(`${title} history`, branchRules(seen, 'noForcePush'), ({ noForcePush, noDeletion }) =>
      noForcePush && noDeletion
        ? ok(`${title} history`, 'cannot be rewritten or removed')
        : failed(`${title} history`, 'can be rewritten or removed by whoever can push', remedy),
    ),
    judge(`${title} review`, branchRules(seen, 'reviewed'), ({ reviewed }) =>
      reviewed
        ? ok(`${title} review`, 'is changed by pull request, with an approval')
        : failed(
            `${title} review`,
            'whoever can push can change the workflows and scripts that have the rights, and nobody has to approve',
            remedy,
          ),
    ),
    ...(branch.includes('*') ? [checkCreation(branch, seen.rules)] : []),
  ]
}

// A new branch can begin with any commit, whatever pull request a change of it would take. The older protection is not
// asked: GitHub shows it for branches that exist.
function checkCreation(branch: string, rules: BranchSeen['rules']): DoctorCheck {
  const title = `branch ${branch} creation`
  return judge(title, rules, there =>
    there.some(({ type }) => type === 'creation')
      ? ok(title, 'not everybody can make one')
      : failed(
          title,
          'whoever can push can make one, with workflows and scripts of their own that have the rights',
          `Add a ruleset for ${branch} that restricts creations to those who release, in its bypass list (Settings, Rules, Rulesets).`,
        ),
  )
}
