import type { Place } from '../aws/arn.ts'
import { policySize, type Statement } from '../aws/statements.ts'
import { type Environment, type Environments, mainBranch } from '../catalogue/environments.ts'
import { longestDeploy } from '../catalogue/longest-deploy.ts'
import type { ServiceConfig } from '../catalogue/service-config.ts'
import type { ServiceName } from '../names/service-name.ts'
import { roleSessionMinutes } from '../strategy/session.ts'
import { buildStatements, readStatements, releaseStatements, type Services } from './artifacts.ts'
import {
  checkStatements,
  deployStatements,
  environmentScope,
  planStatements,
  traceStatements,
} from './environment.ts'
import { readAllLedgers } from './ledger.ts'
import { roleNamesOf } from './role-names.ts'
import { applyStatements, refreshStatements } from './terraform.ts'
import { requireGithub, type TrustStatement, trust, workflowBranch } from './trust.ts'

/** A role that CI jobs of the repository take. */
export type CiRole = {
  readonly name: string
  readonly description: string
  readonly trust: readonly TrustStatement[]
  /** How long a session of it may last, in seconds; an hour if left out. */
  readonly sessionSeconds?: number
  /** The ARNs of managed policies that environments.json gives it. */
  readonly policies?: readonly string[]
  /** What the scripts call themselves: a test compares this with their real calls. */
  readonly scripts: readonly Statement[]
  /** What Terraform calls: derived from the resource types, and unproven. */
  readonly terraform: readonly Statement[]
}

// The workflow file at a tag is whatever the tagger committed, so only what it calls on the trusted branch counts.
const releaseTags = 'ref:refs/tags/*-v*'

/** The roles of the artifact account: for storing builds, releasing them, and reading. */
export function artifactRoles(environments: Environments, services: Services): CiRole[] {
  const { artifacts } = environments
  const roleNames = roleNamesOf(environments)
  const github = requireGithub(environments)
  const branch = workflowBranch(environments)
  return [
    {
      name: roleNames.build,
      description: 'make build, on release branches',
      trust: [onReleaseBranches(environments, artifacts, 'build.yml')],
      scripts: buildStatements(artifacts, services),
      terraform: [],
    },
    {
      name: roleNames.release,
      description: 'make promote and pin, for release tags and on the main branch',
      trust: [
        trust(github, artifacts, {
          sid: 'TagsAndBranch',
          subjects: [releaseTags, ...trustedHeads(environments)],
          workflows: [`release-run.yml@${branch}`, `pin-run.yml@${branch}`],
        }),
      ],
      scripts: [...releaseStatements(artifacts, services), ...readAllLedgers(environments)],
      terraform: [],
    },
    {
      name: roleNames.read,
      description: 'make trace, doctor and reconcile DRY_RUN=1, for release tags and on the main branch',
      trust: readers(environments, artifacts, ['bring-run.yml']),
      scripts: [
        ...readStatements(artifacts, services, roleNames),
        ...traceStatements(environments, services),
        ...readAllLedgers(environments),
      ],
      terraform: [],
    },
  ]
}

/** The roles of an environment, in its own account: for deploying, and for planning. */
export function environmentRoles(environments: Environments, name: string, services: Services): CiRole[] {
  const environment = environments.environments[name] as Environment
  const roleNames = roleNamesOf(environments)
  const scope = environmentScope(environments, name, services)
  const branch = workflowBranch(environments)
  return [
    {
      name: roleNames.deploy(name),
      description: `make deploy and rollback, in jobs of the environment ${name}`,
      trust: [
        trust(requireGithub(environments), environment, {
          sid: 'Environment',
          // The `sub` of a job with an environment has no ref.
          subjects: [`environment:${name}`],
          workflows: [`deploy-run.yml@${branch}`, `rollback-run.yml@${branch}`],
        }),
      ],
      sessionSeconds: deploySessionSeconds({ [name]: environment }, services),
      policies: environment.policies.deploy,
      scripts: deployStatements(scope),
      terraform: applyStatements(scope),
    },
    {
      name: roleNames.readIn(name),
      description: `make plan, doctor and reconcile DRY_RUN=1 or NOTICES=1 for ${name}, before anybody has approved a deploy`,
      trust: readers(environments, environment, ['deploy-run.yml', 'bring-run.yml']),
      policies: environment.policies.read,
      scripts: [...planStatements(scope), ...checkStatements(scope)],
      terraform: refreshStatements(scope),
    },
  ]
}

/** As long as the longest deploy to an environment may take. */
function deploySessionSeconds(environments: Environments['environments'], services: Services): number {
  const all = Object.entries(services) as [ServiceName, ServiceConfig][]
  return 60 * roleSessionMinutes(longestDeploy(all, environments)?.minutes ?? 0)
}

/** Lets in the scheduled workflows, and what a release tag or the main branch calls on the trusted branch. */
function readers(environments: Environments, place: Place, called: readonly string[]): TrustStatement[] {
  return [
    trust(requireGithub(environments), place, {
      sid: 'TagsAndBranch',
      subjects: [releaseTags, ...trustedHeads(environments)],
      workflows: [
        ...called.map(file => `${file}@${workflowBranch(environments)}`),
        `reconcile.yml@${mainBranch(environments)}`,
      ],
    }),
  ]
}

/** The subjects of jobs on the main branch, where people and schedules start them, and on the trusted branch. */
function trustedHeads(environments: Environments): string[] {
  const branches = new Set([mainBranch(environments), workflowBranch(environments)])
  return [...branches].map(branch => `ref:refs/heads/${branch}`)
}

/**
 * Lets in a workflow file of any release branch, on that branch; one statement, because trust policies are short. Where
 * it has no room for each branch's file, the subject alone names the branch, which is the one that calls the file.
 */
function onReleaseBranches(environments: Environments, place: Place, file: string): TrustStatement {
  const { releaseBranches, quotas } = environments
  const from = (branches: readonly string[]) =>
    trust(requireGithub(environments), place, {
      sid: 'ReleaseBranches',
      subjects: releaseBranches.map(branch => `ref:refs/heads/${branch}`),
      workflows: branches.map(branch => `${file}@${branch}`),
    })
  const exact = from(releaseBranches)
  return policySize([exact]) <= quotas.trustPolicyCharacters ? exact : from(['*'])
}

/**
 * Tells whether the access stack of an environment, or of the artifact account, creates GitHub's identity provider. An
 * account has one, so its first stack creates it, unless somebody else has.
 */
export function createsProvider(environments: Environments, environment?: string): boolean {
  const { artifacts, github } = environments
  const places = [
    { name: undefined, account: artifacts.account },
    ...Object.entries(environments.environments).map(([name, { account }]) => ({ name, account })),
  ]
  const account = places.find(({ name }) => name === environment)?.account ?? ''
  if (github?.providerIn?.includes(account)) return false
  return places.find(one => one.account === account)?.name === environment
}
