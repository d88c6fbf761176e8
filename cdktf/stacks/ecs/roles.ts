import { regionalArn } from '../../../scripts/aws/arn.ts'
import { allowUnnamed } from '../../../scripts/aws/statements.ts'
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
    allowUnnamed(
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      [regionalArn('ecr', artifacts, `repository/${image.repository}`)],
    ),
    mayWriteLog(environment, names.logGroup),
    ...mayReadSecrets(settings.secrets, ['ssm:GetParameters']),
    ...mayDecrypt(settings),
  ])
}

/** The role of the code. */
export function taskRole(stack: ServiceStack, spec: EcsSpec): Role {
  const { permissions, tracing } = spec.settings
  const statements = [...mayTrace(tracing), ...mayDo(permissions)]
  return stack.role('role', ecsNames(spec.target).role, taskTrust(spec), statements)
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
