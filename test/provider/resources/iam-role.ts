import type { Role } from '@aws-sdk/client-iam'
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { Change, ResourceType } from './resource-type.ts'
import { sameDocument } from './same-document.ts'
import { number, present, text, textMap, unlessDefault } from './shape.ts'
import { tagChanges, tagList } from './tags.ts'

/** `aws_iam_role`. */
export const iamRole: ResourceType = {
  label: 'IAM Role',
  ...knownBy('name'),
  replaceOn: ['name', 'name_prefix', 'path'],
  create: async ({ iam }, planned) => {
    const tags = tagList(textMap(planned.tags_all))
    const { Role: role } = await iam.send(
      new CreateRoleCommand({
        RoleName: String(planned.name),
        AssumeRolePolicyDocument: String(planned.assume_role_policy),
        ...present({
          Path: text(planned.path),
          Description: text(planned.description),
          MaxSessionDuration: number(planned.max_session_duration),
          PermissionsBoundary: text(planned.permissions_boundary),
          Tags: tags.length > 0 ? tags : undefined,
        }),
      }),
    )
    return { ...computed(role), managed_policy_arns: [], name_prefix: '' }
  },
  read: async ({ iam }, state) => {
    const seen = await found(iam.send(new GetRoleCommand({ RoleName: String(state.name) })))
    if (!seen?.Role) return null
    const role = seen.Role
    return {
      ...computed(role),
      assume_role_policy: sameDocument(
        state.assume_role_policy,
        decodeURIComponent(role.AssumeRolePolicyDocument ?? ''),
      ),
      description: unlessDefault(state.description, role.Description, ''),
      max_session_duration: unlessDefault(state.max_session_duration, role.MaxSessionDuration, 3600),
      path: unlessDefault(state.path, role.Path, '/'),
    }
  },
  update: async (aws, change) => {
    const { iam } = aws
    const { planned, changed } = change
    const RoleName = String(planned.name)
    if (changed.has('assume_role_policy')) {
      const PolicyDocument = String(planned.assume_role_policy)
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    }
    if (changed.has('description') || changed.has('max_session_duration')) {
      const Description = text(planned.description) ?? ''
      const MaxSessionDuration = number(planned.max_session_duration) ?? 3600
      await iam.send(new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration }))
    }
    if (changed.has('tags_all')) await retag(aws, RoleName, change)
    return {}
  },
  remove: async ({ iam }, prior) => {
    await iam.send(new DeleteRoleCommand({ RoleName: String(prior.name) }))
  },
}

async function retag({ iam }: Aws, RoleName: string, change: Change): Promise<void> {
  const { set, gone } = tagChanges(change)
  if (gone.length > 0) await iam.send(new UntagRoleCommand({ RoleName, TagKeys: gone }))
  if (Object.keys(set).length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags: tagList(set) }))
}

function computed(role: Role | undefined): State {
  return {
    id: role?.RoleName ?? null,
    arn: role?.Arn ?? null,
    unique_id: role?.RoleId ?? null,
    create_date: role?.CreateDate?.toISOString().replace(/\.\d+Z$/, 'Z') ?? null,
  }
}
