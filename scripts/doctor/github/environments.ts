import picomatch from 'picomatch'
import type { z } from 'zod'
import { workflowBranch } from '../../access/trust.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'
import type { branchPoliciesShape, environmentListShape } from './answers.ts'

type EnvironmentAnswer = z.output<typeof environmentListShape>['environments'][number]
type Policies = z.output<typeof branchPoliciesShape>['branch_policies']

/** What was seen of the environments on GitHub, and of the branches that custom policies let in, by environment. */
export type EnvironmentRulesSeen = {
  readonly all: Look<readonly EnvironmentAnswer[]>
  readonly policies: ReadonlyMap<string, Look<Policies>>
}

/** The environment on GitHub whose reviewers approve a plan, before the job that applies it waits for nobody. */
function approvalEnvironment(environment: string): string {
  return `${environment}-approval`
}

/** The environments on GitHub whose rules decide over those of environments.json. */
export function decisiveEnvironments({ environments }: Environments): string[] {
  return Object.entries(environments).flatMap(([name, { deploy }]) =>
    deploy === 'manual' ? [name, approvalEnvironment(name)] : [name],
  )
}

/** From where an environment may be deployed to: branches, or patterns of them, and release tags. */
type Origins = { readonly branches: readonly string[]; readonly tags: boolean }

/** Checks each environment of environments.json: from where it can be deployed to, and who has to approve. */
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
  return failed(
    title,
    'does not exist on GitHub, which makes it without any rule when a job first names it',
    `Make it (Settings, Environments, New environment: ${name}), for the release branch and *-v* tags only.`,
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
  const untagged = () => warning(title, 'a job that a release tag has started cannot deploy to it', remedy)
  if (policy === undefined || policy === null) return failed(title, 'a job of any branch can name it', remedy)
  if (policy.protected_branches) return origins.tags ? untagged() : ok(title, 'for protected branches only')
  return judge(title, custom ?? { value: [] }, policies => {
    const others = policies.filter(one => !within(origins, one)).map(one => `${typeOf(one)} ${one.name}`)
    if (others.length > 0)
      return failed(title, `jobs of ${others.join(', ')} can name it, and it is not for them`, remedy)
    if (policies.length === 0) return failed(title, 'no branch can deploy to it', remedy)
    if (origins.tags && !policies.some(one => typeOf(one) === 'tag')) return untagged()
    return ok(title, `for ${policies.map(one => one.name).join(', ')} only`)
  })
}

// A server from before the policies for tags names no type.
function typeOf({ type = 'branch' }: Policies[number]): string {
  return type
}

/** Whether a policy lets in nothing but what is expected; a pattern inside an expected one is narrower. */
function within({ branches, tags }: Origins, policy: Policies[number]): boolean {
  const expected = { branch: branches, tag: tags ? ['*-v*'] : [] }[typeOf(policy)] ?? []
  const narrower = !policy.name.includes('**')
  const options = { nobrace: true, noextglob: true, nonegate: true } as const
  return expected.some(
    one => one === policy.name || (narrower && picomatch.isMatch(policy.name, one, options)),
  )
}

function checkReviewers(title: string, name: string, there: readonly EnvironmentAnswer[]): DoctorCheck {
  const names = [name, approvalEnvironment(name)]
  const rules = there
    .filter(one => names.includes(one.name))
    .flatMap(one => one.protection_rules)
    .filter(({ type, reviewers = [] }) => type === 'required_reviewers' && reviewers.length > 0)
  const where = `Settings, Environments, ${approvalEnvironment(name)}`
  if (rules.length === 0)
    return failed(
      title,
      `nobody has to approve a deployment: neither ${names.join(' nor ')} has reviewers`,
      `Name reviewers (${where}). In a private repository that takes GitHub Enterprise; without it, whoever may run the workflow can deploy.`,
    )
  if (rules.every(({ prevent_self_review }) => prevent_self_review !== true))
    return warning(
      title,
      'whoever starts a deployment can approve it',
      `Switch on "Prevent self-review" (${where}).`,
    )
  return ok(title, 'somebody else has to approve')
}
