import { regionalArn } from '../../../scripts/aws/arn.ts'
import { allowUnnamed, type PolicyStatement } from '../../../scripts/aws/statements.ts'
import { balancerPolicyArn, ecsNames } from '../../../scripts/kinds/ecs-service/names.ts'
import { IamRole, IamRolePolicyAttachment } from '../../aws.ts'
import { mayDecrypt, mayDo, mayReadSecrets, mayTrace, mayWriteLog, trustPolicy } from '../shared/policies.ts'
import type { Role, ServiceStack } from '../shared/service-stack.ts'
import type { EcsSpec } from './spec.ts'

/** The role that ECS starts a task with: it may only pull the image, read the secrets and write the log. */
export function executionRole(stack: ServiceStack, spec: EcsSpec): Role {
  const { target, environment, artifacts, image, settings } = spec
  const names = ecsNames(target)
  return stack.role('execution_role', names.executionRole, taskTrust(spec), [
    // Amazon ECR service authorization reference: this action has no resource.
    allowUnnamed(['ecr:GetAuthorizationToken'], ['*']),
    allowUnnamed(pull, [regionalArn('ecr', artifacts, `repository/${image.repository}`)]),
    ...pullSidecars(spec),
    mayWriteLog(environment, names.logGroup),
    ...mayReadSecrets(allSecrets(settings), ['ssm:GetParameters']),
    ...mayDecrypt(settings),
  ])
}

/** The secrets of all containers, and of the log router's output. */
function allSecrets({
  secrets,
  logSecrets = {},
  sidecars = {},
}: EcsSpec['settings']): Record<string, string> {
  const all = [secrets, logSecrets, ...Object.values(sidecars).map(one => one.secrets)]
  return Object.fromEntries(all.flatMap(Object.values).map(arn => [arn, arn]))
}

/** Pulls the images of sidecars that are in ECR; others are public. */
function pullSidecars({ settings, environment }: EcsSpec): PolicyStatement[] {
  const repositories = Object.values(settings.sidecars ?? {}).flatMap(({ image }) => {
    const [, account, region, name] = privateImage.exec(image) ?? []
    if (account === undefined || region === undefined) return []
    return [regionalArn('ecr', { ...environment, account, region }, `repository/${name}`)]
  })
  if (repositories.length === 0) return []
  return [allowUnnamed(pull, [...new Set(repositories)].toSorted())]
}

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const privateImage = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com[.a-z]*\/([^:@]+)/

/** The role of the code. */
export function taskRole(stack: ServiceStack, spec: EcsSpec): Role {
  const { permissions, tracing, enableExecuteCommand } = spec.settings
  return stack.role('role', ecsNames(spec.target).role, taskTrust(spec), [
    ...mayTrace(tracing),
    ...mayDo(permissions),
    ...mayMount(spec),
    ...(enableExecuteCommand === true ? [allowUnnamed(openShell, ['*'])] : []),
  ])
}

// Amazon ECS developer guide, "ECS Exec", "Task IAM role permissions": these actions have no resource.
const openShell = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
]

// Amazon EFS user guide, "Using IAM to control file system data access": root stays squashed without ClientRootAccess.
function mayMount({ settings, environment }: EcsSpec): PolicyStatement[] {
  return Object.values(settings.volumes ?? {}).map(({ fileSystemId, accessPointId, readOnly }) => {
    const arn = (resource: string) => regionalArn('elasticfilesystem', environment, resource)
    const actions = ['elasticfilesystem:ClientMount', ...(readOnly ? [] : ['elasticfilesystem:ClientWrite'])]
    const statement = allowUnnamed(actions, [arn(`file-system/${fileSystemId}`)])
    if (accessPointId === undefined) return statement
    const through = { 'elasticfilesystem:AccessPointArn': arn(`access-point/${accessPointId}`) }
    return { ...statement, Condition: { StringEquals: through } }
  })
}

// Only tasks of this account may assume the roles (Amazon ECS developer guide, "Task IAM role").
function taskTrust({ environment }: EcsSpec): string {
  return trustPolicy('ecs-tasks.amazonaws.com', {
    ArnLike: { 'aws:SourceArn': regionalArn('ecs', environment, '*') },
    StringEquals: { 'aws:SourceAccount': environment.account },
  })
}

/** The role that ECS shifts load balancer traffic with, with AWS's managed policy for it. */
export function balancerRole(stack: ServiceStack, { target, environment }: EcsSpec) {
  const role = new IamRole(stack, 'balancer_role', {
    name: ecsNames(target).balancerRole,
    assumeRolePolicy: trustPolicy('ecs.amazonaws.com'),
  })
  const policy = new IamRolePolicyAttachment(stack, 'balancer_policy', {
    role: role.name,
    policyArn: balancerPolicyArn(environment),
  })
  return { role, policy }
}
