import { createHash } from 'node:crypto'
import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import { entityName, members, policyDocument, tagsIn } from './input.ts'
import type { IamState, Role } from './state.ts'
import { findRole, rolesOf } from './state.ts'

/** CreateRole. */
export function createRole(state: IamState, { account }: Identity, input: URLSearchParams): Xml {
  const name = entityName(input, 'RoleName')
  if (rolesOf(state, account).some(role => role.name === name)) {
    throw new AwsError('EntityAlreadyExists', 409, `Role with name ${name} already exists.`)
  }
  const path = input.get('Path') ?? '/'
  const arn = `arn:aws:iam::${account}:role${path}${name}`
  const description = input.get('Description')
  const permissionsBoundary = input.get('PermissionsBoundary')
  const role: Role = {
    name,
    path,
    arn,
    id: `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`,
    createdAt: new Date(),
    trustPolicy: policyDocument(input, 'AssumeRolePolicyDocument'),
    maxSessionDuration: Number(input.get('MaxSessionDuration') ?? 3600),
    inline: new Map(),
    attached: new Set(),
    tags: new Map(tagsIn(input)),
    ...(description === null ? {} : { description }),
    ...(permissionsBoundary === null ? {} : { permissionsBoundary }),
  }
  state.roles.set(arn, role)
  return { Role: print(role) }
}

/** GetRole. */
export function getRole(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  return { Role: print(roleIn(state, identity, input)) }
}

/** DeleteRole, which refuses while the role has policies. */
export function deleteRole(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const role = roleIn(state, identity, input)
  if (role.attached.size > 0) {
    throw new AwsError('DeleteConflict', 409, 'Cannot delete entity, must detach all policies first.')
  }
  if (role.inline.size > 0) {
    throw new AwsError('DeleteConflict', 409, 'Cannot delete entity, must delete policies first.')
  }
  state.roles.delete(role.arn)
}

/** UpdateAssumeRolePolicy. */
export function updateAssumeRolePolicy(
  state: IamState,
  identity: Identity,
  input: URLSearchParams,
): undefined {
  roleIn(state, identity, input).trustPolicy = policyDocument(input, 'PolicyDocument')
}

/** UpdateRole: description and longest session. */
export function updateRole(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  const role = roleIn(state, identity, input)
  role.description = input.get('Description') ?? role.description ?? ''
  role.maxSessionDuration = Number(input.get('MaxSessionDuration') ?? role.maxSessionDuration)
  return {}
}

/** ListInstanceProfilesForRole: there are none here, but whoever deletes a role asks. */
export function listInstanceProfilesForRole(
  state: IamState,
  identity: Identity,
  input: URLSearchParams,
): Xml {
  roleIn(state, identity, input)
  return { InstanceProfiles: '', IsTruncated: false }
}

/** TagRole. */
export function tagRole(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const { tags } = roleIn(state, identity, input)
  for (const [key, value] of tagsIn(input)) tags.set(key, value)
}

/** UntagRole. */
export function untagRole(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const { tags } = roleIn(state, identity, input)
  for (const key of members(input, 'TagKeys')) tags.delete(key)
}

/** ListRoleTags. */
export function listRoleTags(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  return { Tags: printTags(roleIn(state, identity, input).tags), IsTruncated: false }
}

/** The role that a request names. */
export function roleIn(state: IamState, { account }: Identity, input: URLSearchParams): Role {
  return findRole(state, account, entityName(input, 'RoleName'))
}

/** Tags as a list of members. */
export function printTags(tags: Map<string, string>): Xml {
  return { member: [...tags].map(([Key, Value]) => ({ Key, Value })) }
}

function print(role: Role): Xml {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt.toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    PermissionsBoundary: role.permissionsBoundary && {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: role.permissionsBoundary,
    },
    Tags: role.tags.size > 0 ? printTags(role.tags) : undefined,
  }
}
