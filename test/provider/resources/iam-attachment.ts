import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'

/** `aws_iam_role_policy_attachment`. */
export const iamRolePolicyAttachment: ResourceType = {
  label: 'IAM Role Policy Attachment',
  nameOf: ({ role, policy_arn }) => `${role}: ${policy_arn}`,
  fromId: id => {
    const [, role = '', policy_arn = ''] = /^([^/]+)\/(.+)$/.exec(id) ?? []
    return { role, policy_arn }
  },
  replaceOn: ['policy_arn', 'role'],
  create: async ({ iam }, planned) => {
    await iam.send(new AttachRolePolicyCommand(keyOf(planned)))
    return { id: `${planned.role}/${planned.policy_arn}` }
  },
  read: async ({ iam }, state) => {
    const { RoleName, PolicyArn: wanted } = keyOf(state)
    const seen = await found(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })))
    const isAttached = seen?.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === wanted) ?? false
    return isAttached ? {} : null
  },
  update: async () => ({}),
  remove: async ({ iam }, prior) => {
    await iam.send(new DetachRolePolicyCommand(keyOf(prior)))
  },
}

function keyOf({ role, policy_arn }: State): { RoleName: string; PolicyArn: string } {
  return { RoleName: String(role), PolicyArn: String(policy_arn) }
}
