import { anyRegionArn, iamArn, type Place, s3Arn } from '../aws/arn.ts'
import {
  allow,
  type Condition,
  oncePerName,
  type PolicyStatement,
  type Statement,
} from '../aws/statements.ts'
import type { Environments } from '../catalogue/environments.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { RoleRights } from '../kinds/kind.ts'
import { taskStarterEnd } from '../kinds/names.ts'
import type { EnvironmentScope } from './environment.ts'
import { makeGuardian } from './guardian.ts'

/** The name of the permissions boundary of every service's role in an environment. */
export function boundaryName({ prefix, name }: Pick<EnvironmentScope, 'prefix' | 'name'>): string {
  return `${prefix}-boundary-${name}`
}

/** The ARN of that policy. */
export function boundaryArn(scope: Pick<EnvironmentScope, 'prefix' | 'name' | 'environment'>): string {
  return iamArn(scope.environment, `policy/${boundaryName(scope)}`)
}

/**
 * The most that a service's role can be allowed, whatever its service.json says: it can read artifacts and call other
 * services, but it can change nothing that CI builds, releases, deploys or watches, take no other role, and start
 * nothing that has a role of its own; only the role of a service's schedules starts tasks. Each denial is by resource and lists what stays allowed, so that an action which
 * AWS adds is denied.
 */
export function boundaryStatements({ artifacts, environments }: Environments): PolicyStatement[] {
  const places = [artifacts, ...Object.values(environments)]
  const taskStarters = iamArn({ ...artifacts, account: '*' }, `role/*${taskStarterEnd}`)
  const anywhere = (service: string, resource: string) =>
    anyRegionArn(service, { ...artifacts, account: '*' }, resource)
  return [
    {
      Sid: 'AllButRights',
      Effect: 'Allow',
      // Of the last, AWS knows no resource by which to deny them: they open other ways to a bucket or a registry.
      NotAction: [
        ...[
          'account',
          'cloudformation',
          'codebuild',
          'codedeploy',
          'codepipeline',
          'iam',
          'organizations',
        ].map(service => `${service}:*`),
        'sts:AssumeRoot',
        ...['ecr:*AccountSetting', 'ecr:*Registry*', 'ecr:*Replication*', 'ecr:*Rule*', 'ecr:*Template*'],
        ...['ecr:*Exclusion*', 'ecr:*SigningConfiguration', 's3:*Access*', 's3:*Job*', 's3:*StorageLens*'],
      ],
      Resource: ['*'],
    },
    {
      Sid: 'StartTasks',
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['*'],
      Condition: {
        StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
        ArnLike: { 'aws:PrincipalArn': taskStarters },
      },
    },
    {
      Sid: 'NoOtherTasks',
      Effect: 'Deny',
      Action: ['ecs:RunTask', 'ecs:StopTask', 'ecs:TagResource'],
      Resource: ['*'],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': taskStarters } },
    },
    {
      Sid: 'NoStateOrLedger',
      Effect: 'Deny',
      Action: ['s3:*'],
      Resource: unique([
        ...places.flatMap(place => bucketArns(place, 'state', place.stateBucket)),
        ...Object.values(environments).flatMap(place => bucketArns(place, 'ledger', place.ledger.bucket)),
      ]),
    },
    {
      Sid: 'NoRelease',
      Effect: 'Deny',
      NotAction: ['s3:Get*', 's3:List*'],
      Resource: [s3Arn(artifacts, artifacts.bucket), s3Arn(artifacts, artifacts.bucket, '*')],
    },
    {
      Sid: 'NoImage',
      Effect: 'Deny',
      NotAction: ['ecr:BatchCheck*', 'ecr:BatchGet*', 'ecr:Describe*', 'ecr:Get*', 'ecr:List*'],
      Resource: [anyRegionArn('ecr', artifacts, 'repository/*')],
    },
    // A role of an account that Waybill does not know decides for itself whom it trusts.
    { Sid: 'NoRole', Effect: 'Deny', Action: ['sts:*'], Resource: allRoles(places) },
    {
      Sid: 'NoRollout',
      Effect: 'Deny',
      NotAction: [
        ...['cloudwatch:Describe*', 'cloudwatch:List*'],
        ...['ecs:Describe*', 'ecs:Get*', 'ecs:List*', 'ecs:UpdateTaskProtection'],
        // Only for what starts tasks: NoOtherTasks.
        ...['ecs:RunTask', 'ecs:StopTask', 'ecs:TagResource'],
        ...['states:Describe*', 'states:Get*', 'states:List*', 'states:Send*', 'states:St*'],
        ...['lambda:Get*', 'lambda:Invoke*', 'lambda:List*', 'lambda:SendDurable*'],
      ],
      Resource: [
        anywhere('cloudwatch', 'alarm:*'),
        ...['cluster', 'service', 'service-deployment', 'task', 'task-definition', 'task-set'].map(type =>
          anywhere('ecs', `${type}/*`),
        ),
        anywhere('lambda', 'function:*'),
        anywhere('states', 'stateMachine:*'),
      ],
    },
  ]
}

// A managed policy has room for 6,144 characters (IAM user guide, "IAM and STS quotas").
const mostAccounts = 20

function allRoles(places: readonly Place[]): string[] {
  const all = unique(places.map(place => iamArn(place, 'role/*')))
  return all.length > mostAccounts
    ? unique(places.map(place => iamArn({ ...place, account: '*' }, 'role/*')))
    : all
}

/** One pattern stands for all buckets with the usual name, whatever their prefix, and for what is in them. */
function bucketArns(place: Place, purpose: 'state' | 'ledger', bucket: string): string[] {
  return new RegExp(`^waybill(-.+)?-${purpose}-`).test(bucket)
    ? [s3Arn(place, `waybill*-${purpose}-*`)]
    : [s3Arn(place, bucket), s3Arn(place, bucket, '*')]
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
    ...makeGuardian(scope),
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
    ...oncePerName(
      needs.flatMap(one => one.others),
      ({ Sid }) => Sid,
    ),
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
