import type { z } from 'zod'
import { workflowBranch } from '../../access/trust.ts'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import { type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import type { branchRulesShape, protectionShape } from './answers.ts'

/** What was seen of a branch's rules; the older branch protection is undefined if there is none. */
export type BranchSeen = {
  readonly rules: Look<z.output<typeof branchRulesShape>>
  readonly protection: Look<z.output<typeof protectionShape> | undefined>
}

/** What rulesets and the older branch protection together enforce on a branch. */
export type BranchRules = {
  readonly noForcePush: boolean
  readonly noDeletion: boolean
  /** Whether somebody else has to approve a change: at least one approval, or that of code owners. */
  readonly reviewed: boolean
  readonly ownersReview: boolean
}

/** Combines both kinds of rules; if the visible kind already guarantees `suffice`, the other need not be visible. */
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

/** The branches, or patterns of branches, whose workflows and scripts AWS roles trust. */
export function decisiveBranches(environments: Environments): string[] {
  return [
    ...new Set([mainBranch(environments), workflowBranch(environments), ...environments.releaseBranches]),
  ]
}

/** Checks a branch whose workflows and scripts AWS roles trust: nobody can rewrite, change or create it alone. */
export function checkBranch(branch: string, seen: BranchSeen): DoctorCheck[] {
  const title = `branch ${branch}`
  const remedy = `Add a ruleset for ${branch} that restricts deletions, blocks force pushes and requires a pull request with an approval (Settings, Rules, Rulesets).`
  return [
    judge(`${title} history`, branchRules(seen, 'noForcePush'), ({ noForcePush, noDeletion }) =>
      noForcePush && noDeletion
        ? passes(`${title} history`, 'cannot be rewritten or deleted')
        : fails(`${title} history`, 'anybody who can push can rewrite or delete it', remedy),
    ),
    judge(`${title} review`, branchRules(seen, 'reviewed'), ({ reviewed }) =>
      reviewed
        ? passes(`${title} review`, 'changes only by pull request, with an approval')
        : fails(
            `${title} review`,
            'anybody who can push can change the workflows and scripts that take roles, without an approval',
            remedy,
          ),
    ),
    ...(branch.includes('*') ? [checkCreation(branch, seen.rules)] : []),
  ]
}

// A new branch can start at any commit, whatever rules apply to later changes. The older branch protection does not
// count: GitHub shows it only for branches that exist.
function checkCreation(branch: string, rules: BranchSeen['rules']): DoctorCheck {
  const title = `branch ${branch} creation`
  return judge(title, rules, there =>
    there.some(({ type }) => type === 'creation')
      ? passes(title, 'not everybody can create one')
      : fails(
          title,
          'anybody who can push can create one, with their own workflows and scripts, which can take roles',
          `Add a ruleset for ${branch} that restricts creations, with those who release in its bypass list (Settings, Rules, Rulesets).`,
        ),
  )
}
