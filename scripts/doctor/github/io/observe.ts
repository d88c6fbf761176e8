import { andThen } from '../../../base/attempt.ts'
import { type Environments, mainBranch } from '../../../catalogue/environments.ts'
import type { Look } from '../../check.ts'
import {
  branchPoliciesShape,
  branchRulesShape,
  environmentListShape,
  ownersErrorsShape,
  protectionShape,
  repositoryShape,
  rulesetListShape,
  rulesetShape,
  secretsShape,
  subjectShape,
  workflowRightsShape,
} from '../answers.ts'
import { type BranchSeen, decisiveBranches } from '../branch.ts'
import type { GithubSeen, GithubWanted } from '../checks.ts'
import { decisiveEnvironments, type EnvironmentRulesSeen } from '../environments.ts'
import { type OwnersSeen, ownersFiles } from '../owners.ts'
import type { SecretsSeen } from '../secrets.ts'
import type { RulesetSeen } from '../tags.ts'
import { connectGithub, type GithubApi } from './api.ts'
import type { GithubPlace } from './place.ts'

type Asked = { readonly api: GithubApi; readonly base: string; readonly environments: Environments }

/** Looks at a repository's set-up, as far as the token can see it; a refusal is an answer too. */
export async function observeGithub(
  { name, connection }: GithubPlace,
  wanted: GithubWanted,
): Promise<GithubSeen> {
  const api = connectGithub(connection)
  const { environments } = wanted
  const asked = { api, base: `/repos/${name}`, environments }
  const administration = 'Administration: read'
  const repository = await api.read(asked.base, {
    what: `the repository ${name}`,
    right: `Metadata: read of ${name}`,
    shape: repositoryShape,
  })
  if (!('value' in repository)) return unseen(name, wanted, repository)
  const [subject, workflows, tagRules, rules, branches, owners, secrets] = await Promise.all([
    api.read(`${asked.base}/actions/oidc/customization/sub`, {
      what: 'the subject of its tokens',
      right: 'Actions: read',
      shape: subjectShape,
    }),
    api.read(`${asked.base}/actions/permissions/workflow`, {
      what: 'the rights of its workflows',
      right: administration,
      shape: workflowRightsShape,
    }),
    observeTagRules(asked),
    observeEnvironments(asked),
    observeBranches(asked),
    observeOwners(asked),
    observeSecrets(asked, repository.value.owner.type === 'Organization'),
  ])
  return {
    name,
    wanted,
    repository,
    subject,
    workflows,
    tagRules,
    environments: rules,
    branches,
    owners,
    secrets,
  }
}

function unseen(name: string, wanted: GithubWanted, repository: Look<never>): GithubSeen {
  return {
    name,
    wanted,
    repository,
    subject: repository,
    workflows: repository,
    tagRules: repository,
    environments: { all: repository, policies: new Map() },
    branches: new Map(
      decisiveBranches(wanted.environments).map(name => [
        name,
        { rules: repository, protection: repository },
      ]),
    ),
    owners: { text: repository, errors: repository },
    secrets: [],
  }
}

async function observeTagRules({ api, base }: Asked): Promise<Look<RulesetSeen[]>> {
  const ask = { what: 'its rulesets', right: 'Metadata: read' }
  const list = await api.read(`${base}/rulesets?includes_parents=true&targets=tag&per_page=100`, {
    ...ask,
    shape: rulesetListShape,
  })
  if (!('value' in list)) return list
  // An older server ignores the filter.
  const onTags = list.value.filter(({ target = 'tag' }) => target === 'tag')
  const each = await Promise.all(
    onTags.map(({ id }) =>
      api.read(`${base}/rulesets/${id}?includes_parents=true`, { ...ask, shape: rulesetShape }),
    ),
  )
  const unread = each.find(one => !('value' in one))
  if (unread !== undefined) return unread as Look<never>
  return { value: each.flatMap(one => ('value' in one ? [one.value] : [])) }
}

async function observeEnvironments({ api, base, environments }: Asked): Promise<EnvironmentRulesSeen> {
  const right = 'Actions: read'
  const list = await api.read(`${base}/environments?per_page=100`, {
    what: 'its environments',
    right,
    shape: environmentListShape,
  })
  const all = andThen(list, ({ environments: there }) => there)
  const custom =
    'value' in all ? all.value.filter(one => one.deployment_branch_policy?.custom_branch_policies) : []
  const decisive = decisiveEnvironments(environments)
  const wanted = custom.filter(({ name }) => decisive.includes(name))
  const policies = await Promise.all(
    wanted.map(async ({ name }) => {
      const path = `${base}/environments/${encodeURIComponent(name)}/deployment-branch-policies?per_page=100`
      const what = `the branches of the environment ${name}`
      const seen = await api.read(path, { what, right, shape: branchPoliciesShape })
      return [name, andThen(seen, ({ branch_policies }) => branch_policies)] as const
    }),
  )
  return { all, policies: new Map(policies) }
}

async function observeBranches(asked: Asked): Promise<Map<string, BranchSeen>> {
  const names = decisiveBranches(asked.environments)
  return new Map(
    await Promise.all(names.map(async name => [name, await observeBranch(asked, name)] as const)),
  )
}

/** GitHub also answers for a branch that does not exist: with the rules that would apply to it. */
async function observeBranch({ api, base }: Asked, name: string): Promise<BranchSeen> {
  const branch = encodeURIComponent(name.replaceAll('*', 'x'))
  const [rules, protection] = await Promise.all([
    api.read(`${base}/rules/branches/${branch}?per_page=100`, {
      what: `the rules of ${name}`,
      right: 'Metadata: read',
      shape: branchRulesShape,
    }),
    api.readOrNone(`${base}/branches/${branch}/protection`, {
      what: `the protection of ${name}`,
      right: 'Administration: read',
      shape: protectionShape,
    }),
  ])
  return { rules, protection }
}

async function observeOwners({ api, base, environments }: Asked): Promise<OwnersSeen> {
  const ref = encodeURIComponent(mainBranch(environments))
  const ask = { what: 'its code owners', right: 'Contents: read' }
  const errors = await api.readOrNone(`${base}/codeowners/errors?ref=${ref}`, {
    ...ask,
    shape: ownersErrorsShape,
  })
  let text: Look<string | undefined> = { value: undefined }
  for (const file of ownersFiles) {
    text = await api.readText(`${base}/contents/${file}?ref=${ref}`, ask)
    if (!('value' in text) || text.value !== undefined) break
  }
  return { text, errors: andThen(errors, found => found?.errors) }
}

type Place = readonly [place: string, path: string, right: string]

async function observeSecrets(
  { api, base, environments }: Asked,
  isOrganizations: boolean,
): Promise<SecretsSeen[]> {
  const names = Object.keys(environments.environments)
  const organization: Place = ['the organization', '/actions/organization-secrets', 'Secrets: read']
  const places: Place[] = [
    ['the repository', '/actions/secrets', 'Secrets: read'],
    ...(isOrganizations ? [organization] : []),
    ...names.map(
      (name): Place => [name, `/environments/${encodeURIComponent(name)}/secrets`, 'Environments: read'],
    ),
  ]
  return await Promise.all(
    places.map(async ([place, path, right]) => {
      const what = `the names of the secrets of ${place}`
      const seen = await api.read(`${base}${path}?per_page=100`, { what, right, shape: secretsShape })
      return { place, names: andThen(seen, ({ secrets }) => secrets.map(({ name }) => name)) }
    }),
  )
}
