import type { z } from 'zod'
import { nearest } from '../base/nearest.ts'
import { type JsonSource, parseJson } from '../base/parse-json.ts'
import { UserError } from '../base/user-error.ts'
import { environmentsSchema } from './environments-schema.ts'
import { catalogueErrors } from './errors.ts'

/** The environments, the artifact store and the release branches of a repository. */
export type Environments = z.output<typeof environmentsSchema>

/** The one place where artifacts and records are stored. */
export type ArtifactStoreConfig = Environments['artifacts']

/** Parses an environments.json, or throws an error that lists every fault. */
export function parseEnvironments(text: string, source: JsonSource): Environments {
  return parseJson(text, environmentsSchema, source)
}

/** One environment: where it is, and what already exists there. */
export type Environment = Environments['environments'][string]

/** The GitHub repository whose jobs assume roles in AWS. */
export type GithubConfig = NonNullable<Environments['github']>

/** The branch that releases come from by default and that pins are pushed to. */
export function mainBranch(environments: Environments): string {
  return environments.releaseBranches[0] as string
}

/** Finds an environment by name, or throws an error that lists the environments. */
export function findEnvironment({ environments }: Environments, name: string): Environment {
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(environments)
  const meant = nearest(name, names)
  throw new UserError(catalogueErrors['environment-unknown'], `there is no environment ${name}`, {
    remedy: `${meant === undefined ? '' : `Did you mean ${meant}? `}cdktf/environments.json has: ${names.join(', ') || 'none'}`,
  })
}
