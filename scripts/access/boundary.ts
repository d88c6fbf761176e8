import { iamArn, s3Arn } from '../aws/arn.ts'
import { allow, type Condition, type PolicyStatement, type Statement } from '../aws/statements.ts'
import { type Environments, stateBucket } from '../catalogue/environments.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { RoleRights } from '../kinds/kind.ts'
import type { EnvironmentScope } from './environment.ts'

/** The name of the permissions boundary of every service's role in an environment. */
export function boundaryName(environment: string): string {
  return `waybill-boundary-${environment}`
}

/** The ARN of that policy. */
export function boundaryArn({ name, environment }: Pick<EnvironmentScope, 'name' | 'environment'>): string {
  return iamArn(environment, `policy/${boundaryName(name)}`)
}

/**
 * The most that a service's role can be allowed, whatever its service.json says. No IAM, so that it can neither change
 * a role (Waybill's included) nor pass one on; no Terraform state, which can hold secrets; no change to builds and
 * releases.
 */
export function boundaryStatements({ artifacts, environments }: Environments): PolicyStatement[] {
  const places = [artifacts, ...Object.values(environments)]
  const states = new Set(places.map(place => s3Arn(place, stateBucket(place))))
  return [
    {
      Sid: 'AllButRights',
      Effect: 'Allow',
      NotAction: ['account:*', 'iam:*', 'organizations:*'],
      Resource: ['*'],
    },
    {
      Sid: 'NoState',
      Effect: 'Deny',
      Action: ['s3:*'],
      Resource: [...states].flatMap(state => [state, `${state}/*`]),
    },
    {
      Sid: 'NoRelease',
      Effect: 'Deny',
      Action: ['s3:Delete*', 's3:Put*'],
      Resource: [s3Arn(artifacts, artifacts.bucket, '*')],
    },
  ]
}

/** The Terraform resource types that these rights are for. */
export const roleTypes = ['aws_iam_role', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment'] as const

/** Allows reading the roles of an environment's services. */
export function readRoles(scope: EnvironmentScope): Statement {
  return allow(
    'ReadRoles',
    ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
    roleArns(scope),
  )
}

/**
 * Allows creating the roles of an environment's services and passing them to Lambda and ECS, only within the boundary,
 * and never touching Waybill's own roles. Sources: IAM user guide, "Permissions boundaries for IAM entities",
 * "Delegating responsibility to others using permissions boundaries".
 */
export function manageRoles(scope: EnvironmentScope): Statement[] {
  const { environment } = scope
  const needs = roleNeeds(scope)
  const roles = roleArns(scope)
  const bounded: Condition = { StringEquals: { 'iam:PermissionsBoundary': boundaryArn(scope) } }
  const managedPolicies = unique(needs.flatMap(one => one.managedPolicies))
  return [
    readRoles(scope),
    allow(
      'MakeBoundRoles',
      ['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'],
      roles,
      bounded,
    ),
    allow('Attach', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], roles, {
      ArnEquals: { 'iam:PolicyARN': oneOrAll(managedPolicies) },
    }),
    allow(
      'ManageRoles',
      [
        'iam:DeleteRole',
        'iam:DeleteRolePolicy',
        'iam:ListInstanceProfilesForRole',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:UpdateRoleDescription',
      ],
      roles,
    ),
    allow('PassRoles', ['iam:PassRole'], roles, {
      StringEquals: { 'iam:PassedToService': unique(needs.flatMap(one => one.passedTo)).toSorted() },
    }),
    ...new Map(needs.flatMap(one => one.others).map(one => [one.Sid, one])).values(),
    {
      Sid: 'NotWaybillItself',
      Effect: 'Deny',
      Action: ['iam:*'],
      Resource: ['role/waybill-*', 'policy/waybill-*', 'oidc-provider/*'].map(one =>
        iamArn(environment, one),
      ),
    },
  ]
}

function roleArns(scope: EnvironmentScope): string[] {
  const { name, environment } = scope
  const ends = unique(roleNeeds(scope).flatMap(({ suffixes }) => suffixes))
  return ends.map(end => iamArn(environment, `role/*-${name}${end}`))
}

function roleNeeds(scope: EnvironmentScope): RoleRights[] {
  return kindNames.map(name => kinds[name].rights(scope).roles)
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

// As IAM itself writes a list of one.
function oneOrAll(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 ? (texts[0] as string) : texts
}
