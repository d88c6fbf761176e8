import { iamArn, type Place } from '../aws/arn.ts'
import type { Condition } from '../aws/statements.ts'
import { UserError } from '../base/user-error.ts'
import { type Environments, type GithubConfig, mainBranch } from '../catalogue/environments.ts'
import { accessErrors } from './errors.ts'

/** A statement of a role's trust policy: which GitHub tokens may take the role. */
export type TrustStatement = {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Principal: { readonly Federated: string }
  readonly Action: 'sts:AssumeRoleWithWebIdentity'
  readonly Condition: Condition
}

/** The issuer of the tokens of GitHub's jobs, as IAM spells it. */
export const issuer = 'token.actions.githubusercontent.com'
/** The audience of a token for AWS (aws-actions/configure-aws-credentials, `audience`). */
export const audience = 'sts.amazonaws.com'

/** The jobs that a statement lets in: where they run, and from which workflow file on which branch. */
export type Jobs = {
  readonly sid: string
  /** The end of the token's `sub`: `ref:refs/heads/main`, `environment:prod`; `*` and `?` are wildcards. */
  readonly subjects: readonly string[]
  /** Workflow files with their branches: `release-run.yml@main`. */
  readonly workflows: readonly string[]
}

/** The section `github` of environments.json; throws if there is none. */
export function requireGithub({ github }: Environments): GithubConfig {
  if (github !== undefined) return github
  throw new UserError(
    accessErrors['access-no-github'],
    'cdktf/environments.json has no github, so there is no repository to give roles to',
    {
      remedy: 'Add "github": { "repository": "<owner>/<name>" } there; docs/access.md says what comes next.',
    },
  )
}

/** The branch whose reusable workflows the roles trust. */
export function workflowBranch(environments: Environments): string {
  return environments.github?.workflows ?? mainBranch(environments)
}

/**
 * Lets jobs of the repository take a role. Without a reusable workflow, `job_workflow_ref` names the job's own file.
 * Sources: GitHub Docs, "OpenID Connect reference"; IAM user guide, "Available keys for
 * AWS OIDC federation".
 */
export function trust(github: GithubConfig, place: Place, jobs: Jobs): TrustStatement {
  const { repository, repositoryId } = github
  const files = jobs.workflows.map(file => {
    const [name, branch] = file.split('@')
    return `${repository}/.github/workflows/${name}@refs/heads/${branch}`
  })
  return {
    Sid: jobs.sid,
    Effect: 'Allow',
    Principal: { Federated: iamArn(place, `oidc-provider/${issuer}`) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${issuer}:aud`]: audience,
        ...(repositoryId === undefined ? {} : { [`${issuer}:repository_id`]: repositoryId }),
      },
      StringLike: {
        [`${issuer}:sub`]: jobs.subjects.flatMap(end => subjectForms(github, end)),
        [`${issuer}:job_workflow_ref`]: files,
      },
      ...notDeeper(jobs.subjects.flatMap(withSlash).flatMap(end => subjectForms(github, end))),
    },
  }
}

/** A `*` matches `/` in IAM, but not in releaseBranches and in the rulesets that protect those refs. */
function withSlash(pattern: string): string[] {
  return [...pattern.matchAll(/\*/g)].map(
    ({ index }) => `${pattern.slice(0, index)}*/*${pattern.slice(index + 1)}`,
  )
}

function notDeeper(subjects: readonly string[]): Condition {
  return subjects.length === 0 ? {} : { StringNotLike: { [`${issuer}:sub`]: subjects } }
}

/** Both forms of a `sub`: with names, and with names and ids, as in repositories created since mid-2026. */
function subjectForms({ repository, repositoryId, ownerId }: GithubConfig, end: string): string[] {
  const [owner, name] = repository.split('/')
  const named = `repo:${repository}:${end}`
  return repositoryId === undefined || ownerId === undefined
    ? [named]
    : [named, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${end}`]
}
