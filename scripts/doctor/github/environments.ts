import type { z } from 'zod'
import { workflowBranch } from '../../access/trust.ts'
import { globMatcher } from '../../base/glob.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import type { branchPoliciesShape, environmentListShape } from './answers.ts'

type EnvironmentAnswer = z.output<typeof environmentListShape>['environments'][number]
type Policies = z.output<typeof branchPoliciesShape>['branch_policies']

/** What was seen of GitHub's environments, and of the branches in their custom policies, by environment. */
export type EnvironmentRulesSeen = {
  readonly all: Look<readonly EnvironmentAnswer[]>
  readonly policies: ReadonlyMap<string, Look<Policies>>
}

/** The environment on GitHub whose reviewers approve a plan; the job that applies it then waits for nobody. */
function approvalEnvironment(environment: string): string {
  return `${environment}-approval`
}

/** The environments on GitHub whose rules protect those of environments.json. */
export function decisiveEnvironments({ environments }: Environments): string[] {
  return Object.entries(environments).flatMap(([name, { deploy }]) =>
    deploy === 'manual' ? [name, approvalEnvironment(name)] : [name],
  )
}

/** What may deploy to an environment: jobs on branches (or patterns of branches), and on release tags. */
type Origins = { readonly branches: readonly string[]; readonly tags: boolean }

/** Checks each environment of environments.json: what may deploy to it, and who has to approve. */
export function checkEnvironmentRules(
  { all, policies }: EnvironmentRulesSeen,
  environments: Environments,
): DoctorCheck[] {
  const title = (name: string) => `environment ${name}`
  const main = workflowBranch(environments)
  return Object.entries(environments.environments).flatMap(([name, { deploy }]) => {
    const seen = (check: string, look: (there: readonly EnvironmentAnswer[]) => DoctorCheck) =>
      judge(check, all, look)
    const where = seen(title(name), there => {
      const own = there.find(one => one.name === name)
      if (own === undefined) return missing(title(name), name)
      const origins = { branches: [main, ...environments.releaseBranches], tags: deploy === 'auto' }
      return checkOrigins(own, policies.get(name), main, origins)
    })
    if (deploy !== 'manual') return [where]
    const approvals = ('value' in all ? all.value : [])
      .filter(one => one.name === approvalEnvironment(name))
      .map(one => checkOrigins(one, policies.get(one.name), main, { branches: [main], tags: false }))
    const approval = `approval for ${name}`
    return [where, ...approvals, seen(approval, there => checkReviewers(approval, name, there))]
  })
}

function missing(title: string, name: string): DoctorCheck {
  return fails(
    title,
    'does not exist on GitHub, which creates it without rules when a job first names it',
    `Create it (Settings, Environments, New environment: ${name}), for the release branch and the tags *-v* only.`,
  )
}

function checkOrigins(
  { name, deployment_branch_policy: policy }: EnvironmentAnswer,
  custom: Look<Policies> | undefined,
  main: string,
  origins: Origins,
): DoctorCheck {
  const title = `environment ${name}`
  const remedy = `Let only the branch ${main}${origins.tags ? ' and the tags *-v*' : ''} deploy to it (Settings, Environments, ${name}, Deployment branches and tags).`
  const untagged = () => warns(title, 'jobs started by a release tag cannot deploy to it', remedy)
  if (policy === undefined || policy === null)
    return fails(title, 'jobs on any branch can deploy to it', remedy)
  if (policy.protected_branches)
    return origins.tags ? untagged() : passes(title, 'for protected branches only')
  return judge(title, custom ?? { value: [] }, policies => {
    const others = policies.filter(one => !within(origins, one)).map(one => `${typeOf(one)} ${one.name}`)
    if (others.length > 0)
      return fails(title, `jobs on ${others.join(', ')} can deploy to it, and should not`, remedy)
    if (policies.length === 0) return fails(title, 'jobs on no branch can deploy to it', remedy)
    if (origins.tags && !policies.some(one => typeOf(one) === 'tag')) return untagged()
    return passes(title, `for ${policies.map(one => one.name).join(', ')} only`)
  })
}

// An older server without policies for tags names no type.
function typeOf({ type = 'branch' }: Policies[number]): string {
  return type
}

/** Tells whether a policy lets in only what is expected; a pattern that an expected one matches is narrower. */
function within({ branches, tags }: Origins, policy: Policies[number]): boolean {
  const expected = { branch: branches, tag: tags ? ['*-v*'] : [] }[typeOf(policy)] ?? []
  const narrower = !policy.name.includes('**')
  return expected.some(one => one === policy.name || (narrower && globMatcher([one])(policy.name)))
}

function checkReviewers(title: string, name: string, there: readonly EnvironmentAnswer[]): DoctorCheck {
  const names = [name, approvalEnvironment(name)]
  const rules = there
    .filter(one => names.includes(one.name))
    .flatMap(one => one.protection_rules)
    .filter(({ type, reviewers = [] }) => type === 'required_reviewers' && reviewers.length > 0)
  const where = `Settings, Environments, ${approvalEnvironment(name)}`
  if (rules.length === 0)
    return fails(
      title,
      `nobody has to approve a deployment: neither ${names.join(' nor ')} has required reviewers`,
      `Add required reviewers (${where}). In a private repository this needs GitHub Enterprise; without it, anybody who can run the workflow can deploy.`,
    )
  if (rules.every(({ prevent_self_review }) => prevent_self_review !== true))
    return warns(
      title,
      'people can approve their own deployments',
      `Turn on "Prevent self-review" (${where}).`,
    )
  return passes(title, 'somebody else has to approve')
}
