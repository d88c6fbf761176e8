import { UserError } from '../../../scripts/base/user-error.ts'
import type { ArtifactStoreConfig, Environment } from '../../../scripts/catalogue/environments.ts'
import { printTarget, type Target } from '../../../scripts/names/target.ts'
import { stackErrors } from '../../../scripts/stack/errors.ts'
import type { Network } from './spec.ts'

type Field = 'network' | 'cluster' | 'listener'

const examples: Readonly<Record<Field, string>> = {
  network: '"network": { "vpc": "vpc-…", "subnets": ["subnet-…"], "securityGroups": ["sg-…"] }',
  cluster: '"cluster": "…"',
  listener: '"listener": "arn:aws:elasticloadbalancing:…"',
}

/** Returns the fields of an environment that a service needs, or throws an error that lists the missing ones. */
export function need<Name extends Field>(
  target: Target,
  environment: Environment,
  fields: readonly Name[],
): { readonly [Field in Name]: NonNullable<Environment[Field]> } {
  const absent = fields.filter(field => environment[field] === undefined)
  if (absent.length > 0) throw missing(target, absent)
  return environment as { readonly [Field in Name]: NonNullable<Environment[Field]> }
}

/** The network of a Lambda function, which needs a security group. A task without one uses the VPC's default. */
export function needLambdaNetwork(target: Target, environment: Environment): Network {
  const { subnets, securityGroups = [] } = need(target, environment, ['network']).network
  if (securityGroups.length > 0) return { subnets, securityGroups }
  throw new UserError(
    stackErrors['setting-missing'],
    `${printTarget(target)} needs a security group, but its network names none`,
    {
      remedy: `Add securityGroups to network of ${target.environment} in cdktf/environments.json.`,
    },
  )
}

function missing(target: Target, fields: readonly Field[]): UserError {
  const list = fields.map(field => `a ${field}`).join(' and ')
  return new UserError(
    stackErrors['setting-missing'],
    `${printTarget(target)} needs ${list}, which cdktf/environments.json does not name`,
    {
      remedy: `Add to ${target.environment} there: ${fields.map(field => examples[field]).join(', ')}`,
    },
  )
}

/** Refuses a function outside the region of the artifacts, since Lambda takes code from its own region only. */
export function needSameRegion(
  target: Target,
  { region }: Environment,
  artifacts: ArtifactStoreConfig,
): void {
  if (region === artifacts.region) return
  throw new UserError(
    stackErrors['setting-region'],
    `${printTarget(target)} would run in ${region}, but its artifacts are in ${artifacts.region}`,
    {
      cause: 'Lambda takes code only from a bucket or repository in its own region',
      remedy: `Set the region of ${target.environment} to ${artifacts.region}, or keep the artifacts in ${region}.`,
    },
  )
}
