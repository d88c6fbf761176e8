import { parseTag } from '../../names/release-tag.ts'
import { isPlainAddress } from '../markdown.ts'
import type { Notice } from '../notice.ts'

/** A deployment of a repository, and its status (GitHub REST API, "Deployments" and "Deployment statuses"). */
export type GithubDeployment = {
  readonly ref: string
  readonly environment: string
  readonly description: string
  /** Tells a deployment that was made before from another one. */
  readonly entry: string
  readonly state: 'success' | 'failure' | 'inactive'
  readonly logUrl: string | undefined
}

const states = {
  verified: 'success',
  rollback: 'success',
  'rolled-back': 'failure',
  destroyed: 'inactive',
} as const

// GitHub REST API, "Create a deployment status": description.
const descriptionCharacters = 140

/**
 * The deployment that a notice is about; undefined if it is about none. It has nothing but names in it, which no format
 * gives a meaning.
 */
export function deploymentOf(notice: Notice): GithubDeployment | undefined {
  const { id, event, release, target, title, run } = notice
  if (release === undefined || parseTag(release.tag) === undefined || !(event in states)) return undefined
  return {
    ref: release.tag,
    environment: target.environment,
    description: title.slice(0, descriptionCharacters),
    entry: id,
    state: states[event as keyof typeof states],
    logUrl: run !== undefined && isPlainAddress(run) ? run : undefined,
  }
}

/** What GitHub keeps of an artifact in an environment (GitHub REST API, "Create an artifact deployment record"). */
export type GithubRecord = {
  readonly name: string
  readonly digest: string
  readonly version: string
  readonly status: 'deployed' | 'decommissioned'
  readonly logical_environment: string
  readonly deployment_name: string
  readonly github_repository: string
}

/** The record of what runs after a notice; undefined if the notice does not change that, or the digest is not known. */
export function recordOf({ event, release, target }: Notice, repository: string): GithubRecord | undefined {
  const tag = release && parseTag(release.tag)
  if (tag === undefined || release?.digest === undefined) return undefined
  if (event !== 'verified' && event !== 'rollback' && event !== 'destroyed') return undefined
  return {
    name: target.service,
    digest: release.digest,
    version: tag.version,
    status: event === 'destroyed' ? 'decommissioned' : 'deployed',
    logical_environment: target.environment,
    deployment_name: `${target.service}-${target.environment}`,
    github_repository: repository.slice(repository.indexOf('/') + 1),
  }
}
