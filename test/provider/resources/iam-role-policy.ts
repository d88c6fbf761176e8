import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'
import { sameDocument } from './same-document.ts'

/** `aws_iam_role_policy`: a policy inside a role. */
export const iamRolePolicy: ResourceType = {
  label: 'IAM Role Policy',
  nameOf: ({ role, name }) => `${role}:${name}`,
  fromId: id => {
    const [role = '', name = ''] = id.split(':')
    return { role, name }
  },
  replaceOn: ['name', 'name_prefix', 'role'],
  create: async (aws, planned) => {
    await put(aws, planned)
    return { id: `${planned.role}:${planned.name}`, name_prefix: '' }
  },
  read: async ({ iam }, state) => {
    const seen = await found(iam.send(new GetRolePolicyCommand(keyOf(state))))
    if (seen === null) return null
    return { policy: sameDocument(state.policy, decodeURIComponent(seen.PolicyDocument ?? '')) }
  },
  update: async (aws, { planned }) => {
    await put(aws, planned)
    return {}
  },
  remove: async ({ iam }, prior) => {
    await iam.send(new DeleteRolePolicyCommand(keyOf(prior)))
  },
}

async function put({ iam }: Aws, planned: State): Promise<void> {
  await iam.send(new PutRolePolicyCommand({ ...keyOf(planned), PolicyDocument: String(planned.policy) }))
}

function keyOf({ role, name }: State): { RoleName: string; PolicyName: string } {
  return { RoleName: String(role), PolicyName: String(name) }
}
