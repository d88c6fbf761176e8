import { iamArn, regionalArn, s3Arn } from '../aws/arn.ts'
import { allow, mergeStatements, type Statement } from '../aws/statements.ts'
import type { ArtifactStoreConfig, Environment, Environments } from '../catalogue/environments.ts'
import { byKind, ownPlaces } from '../catalogue/settings/own-places.ts'
import { guardianTarget, scheduleArns } from '../guardian/names.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import type { Scope } from '../kinds/kind.ts'
import { guardianNames } from '../kinds/lambda/guardian.ts'
import { surroundingsRights } from '../kinds/needs.ts'
import { ownFolders } from '../names/environment-name.ts'
import { readReleased, type Services } from './artifacts.ts'
import { boundaryArn } from './boundary.ts'
import { guardianBoundaryArn } from './guardian.ts'
import { announceStatements, appendToLedger, readLedger, readVersions, seeChannels } from './ledger.ts'
import { roleNamesOf } from './role-names.ts'

/** An environment, its name, and the services that are deployed to it. */
export type EnvironmentScope = {
  readonly name: string
  readonly environment: Environment
  /** What the names of Waybill's own roles and policies begin with. */
  readonly prefix: string
  readonly artifacts: ArtifactStoreConfig
  readonly services: Services
  /** As a kind's rights take them. */
  readonly given: NonNullable<Scope['given']>
}

/** The scope of an environment's rights. */
export function environmentScope(
  { prefix, artifacts, environments }: Environments,
  name: string,
  services: Services,
): EnvironmentScope {
  const environment = environments[name] as Environment
  const given = byKind(ownPlaces(services, { name, environment }))
  return { name, environment, prefix, artifacts, services, given }
}

/**
 * What `deploy`, `rollback`, `destroy` and `prune` call themselves: they use state, plans and releases, move pointers, and say so in
 * the ledger.
 */
export function deployStatements(scope: EnvironmentScope): Statement[] {
  const { name, environment } = scope
  const bucket = environment.stateBucket
  return [
    allow('ListState', ['s3:ListBucket'], [s3Arn(environment, bucket)]),
    allow('State', ['s3:GetObject', 's3:PutObject'], [s3Arn(environment, bucket, `${name}/*.tfstate`)]),
    lock(scope),
    allow('ReadPlans', ['s3:GetObject'], [s3Arn(environment, bucket, `${ownFolders.plans}/${name}/*`)]),
    ...readReleased(scope.artifacts, scope.services),
    ...appendToLedger(name, environment),
    ...announceStatements(name, environment),
    ...watch(environment),
    ...askGuardian(scope),
    ...ofAllKinds(scope, 'move'),
    ...ofAllKinds(scope, 'list'),
    ...ofAllKinds(scope, 'prune'),
  ]
}

/** What `plan`, also with `ALL=1` and `OUT=state`, `history`, `incident` and `reconcile` with `DRY_RUN=1` or `NOTICES=1` call themselves. `plan` locks the state and saves plans; none changes a state, a resource or an entry. */
export function planStatements(scope: EnvironmentScope): Statement[] {
  const { name, environment } = scope
  const bucket = environment.stateBucket
  return [
    ...readState(scope),
    lock(scope),
    allow(
      'SavePlans',
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      [s3Arn(environment, bucket, `${ownFolders.plans}/${name}/*`)],
    ),
    ...readReleased(scope.artifacts, scope.services),
    ...readLedger(name, environment),
    ...readVersions(name, environment),
    ...announceStatements(name, environment),
    seeMetrics(),
    ...seeIncidents(scope),
    ...ofAllKinds(scope, 'look'),
  ]
}

/**
 * What `doctor ENV=…` looks at: the buckets of states and ledgers with the settings that bootstrap gives them, the roles
 * and the boundary that it makes, and what the environment names.
 */
export function checkStatements(scope: EnvironmentScope): Statement[] {
  const { name, environment } = scope
  const { bucket: ledger, retentionDays } = environment.ledger
  const { deploy, readIn } = roleNamesOf(scope)
  const roles = [deploy(name), readIn(name)].map(role => iamArn(environment, `role/${role}`))
  return [
    allow(
      'ReadSettings',
      [
        's3:GetBucketPolicy',
        's3:GetBucketPublicAccessBlock',
        's3:GetBucketVersioning',
        's3:GetEncryptionConfiguration',
      ],
      [environment.stateBucket, ledger].map(bucket => s3Arn(environment, bucket)),
    ),
    ...(retentionDays === undefined
      ? []
      : [allow('ReadLock', ['s3:GetBucketObjectLockConfiguration'], [s3Arn(environment, ledger)])]),
    allow('SeeRoles', ['iam:GetRole'], roles),
    allow(
      'SeeBoundary',
      ['iam:GetPolicy'],
      [boundaryArn(scope), ...(environment.guardian === undefined ? [] : [guardianBoundaryArn(scope)])],
    ),
    ...surroundingsRights(environment),
    ...seeChannels(environment),
    ...ofAllKinds(scope, 'list'),
  ]
}

/**
 * What `trace` reads of environments to see what runs there: their states, and where the traffic goes. Only of those in
 * the artifact account, since credentials of one account do not reach another.
 */
export function traceStatements(environments: Environments, services: Services): Statement[] {
  const { artifacts } = environments
  const own = Object.entries(environments.environments)
    .filter(([, { account }]) => account === artifacts.account)
    .map(([name]) => environmentScope(environments, name, services))
  return mergeStatements(own.flatMap(scope => [...readState(scope), ...ofAllKinds(scope, 'look')]))
}

/** A rollout has a schedule that calls the guardian at its deadline, with a role that can do nothing else. */
function askGuardian({ name, environment, prefix }: EnvironmentScope): Statement[] {
  const { guardian } = environment
  if (guardian === undefined) return []
  const { schedulerRoleArn } = guardianNames(guardianTarget(guardian, name), environment)
  return [
    allow(
      'AskGuardian',
      ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'],
      [scheduleArns(prefix, name, environment)],
    ),
    allow('LendSchedules', ['iam:PassRole'], [schedulerRoleArn], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ]
}

/** A rollout may watch any alarm of its account and region. */
function watch(environment: Environment): Statement[] {
  const alarms = regionalArn('cloudwatch', environment, 'alarm:*')
  return [allow('SeeAlarms', ['cloudwatch:DescribeAlarms'], [alarms]), seeMetrics()]
}

// Service Authorization Reference, Amazon CloudWatch: GetMetricData has no resource.
function seeMetrics(): Statement {
  return allow('SeeMetrics', ['cloudwatch:GetMetricData'], ['*'])
}

/** What `incident` reads besides: when alarms turned, and what was logged. */
function seeIncidents(scope: EnvironmentScope): Statement[] {
  const alarms = regionalArn('cloudwatch', scope.environment, 'alarm:*')
  const groups = new Set(kindNames.flatMap(name => kinds[name].rights(scope).logGroups))
  return [
    allow('SeeAlarmHistory', ['cloudwatch:DescribeAlarmHistory'], [alarms]),
    allow(
      'ReadLogs',
      ['logs:FilterLogEvents'],
      [...groups].map(group => `${group}:*`),
    ),
  ]
}

function readState({ name, environment }: EnvironmentScope): Statement[] {
  const bucket = environment.stateBucket
  return [
    allow('ListState', ['s3:ListBucket'], [s3Arn(environment, bucket)]),
    allow('ReadState', ['s3:GetObject'], [s3Arn(environment, bucket, `${name}/*.tfstate`)]),
  ]
}

// Terraform's lock file beside the state (Terraform, "Backend type: s3", "Permissions Required", use_lockfile).
function lock({ name, environment }: EnvironmentScope): Statement {
  const keys = s3Arn(environment, environment.stateBucket, `${name}/*.tfstate.tflock`)
  return allow('Lock', ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [keys])
}

/** The rights of all kinds; a statement that several kinds have is listed once. */
function ofAllKinds(scope: EnvironmentScope, verb: 'look' | 'move' | 'list' | 'prune'): Statement[] {
  return mergeStatements(kindNames.flatMap(name => kinds[name].rights(scope)[verb] ?? []))
}
