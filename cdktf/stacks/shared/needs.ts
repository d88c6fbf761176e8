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

/** What environments.json says of an environment in the fields that a service needs; all must be there. */
export function need<Name extends Field>(
  target: Target,
  environment: Environment,
  fields: readonly Name[],
): { readonly [Field in Name]: NonNullable<Environment[Field]> } {
  const absent = fields.filter(field => environment[field] === undefined)
  if (absent.length > 0) throw missing(target, absent)
  return environment as { readonly [Field in Name]: NonNullable<Environment[Field]> }
}

/** The network of a Lambda, which needs a security group; a task without one takes that of its VPC. */
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

/** Refuses a function that is not where the artifacts are: Lambda takes code from its own region only. */
export function needSameRegion(
  target: Target,
  { region }: Environment,
  artifacts: ArtifactStoreConfig,
): void {
  if (region === artifacts.region) return
  throw new UserError(
    stackErrors['setting-region'],
    `${printTarget(target)} would run in ${region}, and its artifacts are in ${artifacts.region}`,
    {
      cause: 'Lambda takes its code from a bucket or repository of its own region only',
      remedy: `Give ${target.environment} the region ${artifacts.region}, or keep the artifacts in ${region}.`,
    },
  )
}
