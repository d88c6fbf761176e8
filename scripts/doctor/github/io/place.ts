import { UserError } from '../../../base/user-error.ts'
import type { Environments } from '../../../catalogue/environments.ts'
import type { Look } from '../../check.ts'
import { doctorErrors } from '../../errors.ts'
import type { GithubConnection } from './api.ts'

/** A repository on GitHub, and how to ask about it. */
export type GithubPlace = { readonly name: string; readonly connection: GithubConnection }

/**
 * Finds the repository and its API, from the remote's address, or from environments.json if the remote is a folder. The
 * token goes only to api.github.com, unless GITHUB_API_URL names another API.
 */
export function findGithub(
  address: string | undefined,
  environments: Environments,
  environment: Record<string, string>,
  timeoutMs: number,
): Look<GithubPlace> {
  const token = environment.GITHUB_TOKEN || environment.GH_TOKEN
  const given = environment.GITHUB_API_URL?.replace(/\/$/, '')
  const url = URL.parse(address ?? 'https://github.com')
  const host = url?.host ?? ''
  const name = address === undefined ? environments.github?.repository : url?.pathname.slice(1)
  if (name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name))
    return fault(
      'origin is not on GitHub',
      'Set github in cdktf/environments.json, or correct the remote origin.',
    )
  if (given === undefined && host !== 'github.com')
    return fault(
      `origin is at ${host}`,
      `If that is a GitHub server, set GITHUB_API_URL=https://${host}/api/v3`,
    )
  if (!token)
    return fault(
      'there is no token for GitHub',
      'Set GITHUB_TOKEN or GH_TOKEN, as in GH_TOKEN=$(gh auth token); doctor only reads.',
    )
  return { value: { name, connection: { api: given ?? 'https://api.github.com', token, timeoutMs } } }
}

function fault(problem: string, remedy: string): Look<never> {
  return { error: new UserError(doctorErrors['doctor-github'], problem, { remedy }) }
}
