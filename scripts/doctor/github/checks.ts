import type { z } from 'zod'
import { type Environments, mainBranch } from '../../catalogue/environments.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { blocked, type DoctorCheck, failed, judge, type Look, ok, warning } from '../check.ts'
import type { repositoryShape, subjectShape, workflowRightsShape } from './answers.ts'
import { type BranchSeen, checkBranch } from './branch.ts'
import { checkEnvironmentRules, type EnvironmentRulesSeen } from './environments.ts'
import { checkOwners, type OwnersSeen } from './owners.ts'
import { checkSecrets, type SecretsSeen } from './secrets.ts'
import { checkTagRules, type RulesetSeen } from './tags.ts'

/** A repository on GitHub, as the API shows it. */
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
  /** By the branch's name or pattern. */
  readonly branches: ReadonlyMap<string, BranchSeen>
  readonly owners: OwnersSeen
  readonly secrets: readonly SecretsSeen[]
}

/** What a repository's set-up is judged by. */
export type GithubWanted = {
  readonly environments: Environments
  readonly services: readonly ServiceName[]
}

/** Checks a repository's set-up; what is behind a repository that could not be read is said to be. */
export function checkGithub(seen: Look<GithubSeen>): DoctorCheck[] {
  if (!('value' in seen)) return [judge('github', seen, () => ok('github', ''))]
  const { name, wanted, repository, ...all } = seen.value
  const found = judge('github', repository, ({ private: isPrivate }) =>
    ok('github', `${name} is ${isPrivate ? 'private' : 'public'}`),
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
  const write = `Write ${right} into cdktf/environments.json, then: make bootstrap, and make bootstrap ENV=… for each environment.`
  if (github === undefined)
    return warning(title, 'environments.json has no github, so no role trusts this repository', write)
  // A token spells the name as GitHub does, and IAM compares letter by letter.
  if (github.repository !== full_name)
    return failed(title, `the roles trust ${github.repository}, and this is ${full_name}`, write)
  if (github.repositoryId === undefined)
    return warning(
      title,
      `the roles trust the name ${name} alone, which another repository could take over, and no token with ids in it`,
      write,
    )
  if (github.repositoryId !== String(id) || github.ownerId !== String(owner.id))
    return failed(
      title,
      `the roles trust the ids ${github.repositoryId} of ${github.ownerId}, and this repository is ${id} of ${owner.id}`,
      write,
    )
  return ok(title, `the roles trust ${full_name}, by name and by id`)
}

function checkSubject(name: string, { use_default, include_claim_keys = [] }: z.output<typeof subjectShape>) {
  const title = 'oidc subject'
  if (use_default) return ok(title, 'is the usual one')
  return failed(
    title,
    `is made of ${include_claim_keys.join(', ') || 'other claims'}, and the roles know the usual one`,
    `gh api --method PUT repos/${name}/actions/oidc/customization/sub -F use_default=true`,
  )
}

function checkWorkflows(name: string, rights: z.output<typeof workflowRightsShape>) {
  const title = 'workflow rights'
  const put = `gh api --method PUT repos/${name}/actions/permissions/workflow`
  if (rights.default_workflow_permissions !== 'read')
    return failed(
      title,
      'a workflow that names no permissions may write',
      `${put} -f default_workflow_permissions=read`,
    )
  // GitHub has one switch for both.
  if (rights.can_approve_pull_request_reviews)
    return warning(
      title,
      'a workflow may create pull requests, and approve them: a change of what production runs, too',
      `Needed where pins come as pull requests (WAYBILL_PIN), and harmless where the approval of code owners is required, since GitHub's bot owns nothing; else: ${put} -F can_approve_pull_request_reviews=false`,
    )
  return ok(title, 'a workflow may read, and approves nothing')
}
