import { keyPatterns } from '../artifacts/names.ts'
import { s3Arn } from '../aws/arn.ts'
import { allow, type Statement } from '../aws/statements.ts'
import type { TypeRights } from '../kinds/kind.ts'
import { repositoryArns } from './artifacts.ts'
import { manageRoles, readRoles } from './boundary.ts'
import type { EnvironmentScope } from './environment.ts'
import { resourceRights } from './resource-rights.ts'

/** What Terraform reads to plan the stacks of an environment. */
export function refreshStatements(scope: EnvironmentScope): Statement[] {
  const all = resourceRights(scope)
  return [
    ...all.flatMap(({ sid, read, resources, condition }) =>
      read.length === 0 ? [] : [allow(sid, read, resources, condition)],
    ),
    readRoles(scope),
    describe(all),
  ]
}

/** What Terraform calls to apply or destroy the stacks of an environment. */
export function applyStatements(scope: EnvironmentScope): Statement[] {
  const all = resourceRights(scope)
  return [
    ...all.map(({ sid, read, write, resources, condition }) =>
      allow(sid, [...read, ...write], resources, condition),
    ),
    ...manageRoles(scope),
    ...readCode(scope),
    describe(all),
  ]
}

/** Reads that AWS knows no resource for. */
function describe(all: readonly TypeRights[]): Statement {
  const actions = all.flatMap(({ anywhere = [] }) => anywhere)
  return allow('WithoutResource', actions.toSorted(), ['*'])
}

// Lambda reads its code with the rights of the caller (AWS Lambda API reference, CreateFunction), ECS does not.
function readCode({ artifacts, services }: EnvironmentScope): Statement[] {
  const repositories = repositoryArns(artifacts, services)
  return [
    allow('ReadZips', ['s3:GetObject'], [s3Arn(artifacts, artifacts.bucket, keyPatterns.releases)]),
    ...(repositories.length === 0
      ? []
      : [allow('ReadCode', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repositories)]),
  ]
}
