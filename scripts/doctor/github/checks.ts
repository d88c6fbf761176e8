import type { z } from 'zod'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { blocked, type DoctorCheck, fails, judge, type Look, passes, warns } from '../check.ts'
import type { repositoryShape, subjectShape, workflowRightsShape } from './answers.ts'
import { type BranchSeen, checkBranch } from './branch.ts'
import { checkEnvironmentRules, type EnvironmentRulesSeen } from './environments.ts'
import { checkOwners, type OwnersSeen } from './owners.ts'
import { checkSecrets, type SecretsSeen } from './secrets.ts'
import { checkTagRules, type RulesetSeen } from './tags.ts'

/** GitHub's answer about a repository. */
export type RepositoryAnswer = z.output<typeof repositoryShape>

/** What was seen of a repository's set-up on GitHub, and what it is judged by. */
export type GithubSeen = {
  readonly name: string
  readonly wanted: GithubWanted
  readonly repository: Look<RepositoryAnswer>
  readonly subject: Look<z.output<typeof subjectShape>>
  readonly workflows: Look<z.output<typeof workflowRightsShape>>
  readonly tagRules: Look<readonly RulesetSeen[]>
  readonly environments: EnvironmentRulesSeen
  /** By the name or pattern of the branch. */
  readonly branches: ReadonlyMap<string, BranchSeen>
  readonly owners: OwnersSeen
  readonly secrets: readonly SecretsSeen[]
}

/** What a repository's set-up is judged by. */
export type GithubWanted = {
  readonly environments: Environments
  readonly services: readonly ServiceName[]
}

/** Checks a repository's set-up; if the repository cannot be read, nothing else is checked. */
export function checkGithub(seen: Look<GithubSeen>): DoctorCheck[] {
  if (!('value' in seen)) return [judge('github', seen, () => passes('github', ''))]
  const { name, wanted, repository, ...all } = seen.value
  const found = judge('github', repository, ({ private: isPrivate }) =>
    passes('github', `${name} is ${isPrivate ? 'private' : 'public'}`),
  )
  if (!('value' in repository)) return [found, judge('github set-up', blocked(found), () => found)]
  const main = all.branches.get(mainBranch(wanted.environments)) as BranchSeen
  return [
    found,
    checkTrust(name, repository.value, wanted.environments),
    judge('oidc subject', all.subject, subject => checkSubject(name, subject)),
    judge('workflow rights', all.workflows, rights => checkWorkflows(name, rights)),
    checkTagRules(all.tagRules, wanted.services),
    ...[...all.branches].flatMap(([branch, rules]) => checkBranch(branch, rules)),
    ...checkEnvironmentRules(all.environments, wanted.environments),
    ...checkOwners(all.owners, main, wanted.environments),
    ...checkSecrets(all.secrets),
  ]
}

function checkTrust(name: string, { id, owner, full_name }: RepositoryAnswer, environments: Environments) {
  const title = 'oidc trust'
  const { github } = environments
  const right = `"github": { "repository": "${full_name}", "repositoryId": "${id}", "ownerId": "${owner.id}" }`
  const write = `Write ${right} into cdktf/environments.json, then run make bootstrap, and make bootstrap ENV=… for each environment.`
  if (github === undefined)
    return warns(title, 'environments.json has no github, so no role trusts this repository', write)
  // A token spells the name as GitHub does, and IAM compares case-sensitively.
  if (github.repository !== full_name)
    return fails(title, `the roles trust ${github.repository}, but this is ${full_name}`, write)
  if (github.repositoryId === undefined)
    return warns(
      title,
      `the roles trust only the name ${name}, which another repository could take over, and no token with ids`,
      write,
    )
  if (github.repositoryId !== String(id) || github.ownerId !== String(owner.id))
    return fails(
      title,
      `the roles trust the repository id ${github.repositoryId} and owner id ${github.ownerId}, but this repository has ${id} and ${owner.id}`,
      write,
    )
  return passes(title, `the roles trust ${full_name}, by name and by id`)
}

function checkSubject(name: string, { use_default, include_claim_keys = [] }: z.output<typeof subjectShape>) {
  const title = 'oidc subject'
  if (use_default) return passes(title, 'is the default')
  return fails(
    title,
    `uses the claims ${include_claim_keys.join(', ') || 'of another template'}, but the roles expect the default ones`,
    `gh api --method PUT repos/${name}/actions/oidc/customization/sub -F use_default=true`,
  )
}

function checkWorkflows(name: string, rights: z.output<typeof workflowRightsShape>) {
  const title = 'workflow rights'
  const put = `gh api --method PUT repos/${name}/actions/permissions/workflow`
  if (rights.default_workflow_permissions !== 'read')
    return fails(
      title,
      'a workflow that declares no permissions may write',
      `${put} -f default_workflow_permissions=read`,
    )
  // GitHub has one switch for both.
  if (rights.can_approve_pull_request_reviews)
    return warns(
      title,
      'a workflow may create and approve pull requests, even for what production runs',
      `Needed if pins come as pull requests (WAYBILL_PIN), and harmless if code owners have to approve, because GitHub's bot owns nothing. Otherwise: ${put} -F can_approve_pull_request_reviews=false`,
    )
  return passes(title, 'a workflow may only read, and cannot approve')
}
