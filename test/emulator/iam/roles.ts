import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import {
  createRoleSchema,
  readInput,
  roleSchema,
  tagRoleSchema,
  trustSchema,
  untagRoleSchema,
  updateRoleSchema,
} from './input.ts'
import { checkAttachable } from './managed-policies.ts'
import { checkTrustPolicy } from './policy-faults.ts'
import { checkRoles, checkTrustSize } from './quotas.ts'
import type { IamState, Role } from './state.ts'
import { dropTags, findRole, idOf, printTags, rolesOf, setTags, tagMap } from './state.ts'

/** CreateRole. */
export function createRole(state: IamState, identity: Identity, input: unknown): Xml {
  const request = readInput(createRoleSchema, input)
  const { RoleName: name, Path: path, Description, PermissionsBoundary } = request
  const { account } = identity
  const own = rolesOf(state, account)
  if (own.some(role => role.name === name)) {
    throw new AwsError('EntityAlreadyExists', 409, `Role with name ${name} already exists.`)
  }
  checkRoles(own.length)
  const trustPolicy = checkedTrust(request.AssumeRolePolicyDocument)
  if (PermissionsBoundary !== undefined) checkAttachable(state, identity, PermissionsBoundary)
  const arn = `arn:aws:iam::${account}:role${path}${name}`
  const role: Role = {
    name,
    path,
    arn,
    id: idOf('AROA', arn),
    createdAt: new Date(),
    trustPolicy,
    maxSessionDuration: request.MaxSessionDuration ?? 3600,
    inline: new Map(),
    attached: new Set(),
    tags: tagMap(request.Tags),
    ...(Description === undefined ? {} : { description: Description }),
    ...(PermissionsBoundary === undefined ? {} : { permissionsBoundary: PermissionsBoundary }),
  }
  state.roles.set(arn, role)
  return { Role: print(role) }
}

/** GetRole. */
export function getRole(state: IamState, identity: Identity, input: unknown): Xml {
  return { Role: print(roleIn(state, identity, input)) }
}

/** DeleteRole, which refuses while the role has policies. */
export function deleteRole(state: IamState, identity: Identity, input: unknown): undefined {
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
export function updateAssumeRolePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { PolicyDocument } = readInput(trustSchema, input)
  roleIn(state, identity, input).trustPolicy = checkedTrust(PolicyDocument)
}

/** UpdateRole: description and longest session. */
export function updateRole(state: IamState, identity: Identity, input: unknown): Xml {
  const { Description, MaxSessionDuration } = readInput(updateRoleSchema, input)
  const role = roleIn(state, identity, input)
  role.description = Description ?? role.description ?? ''
  role.maxSessionDuration = MaxSessionDuration ?? role.maxSessionDuration
  return {}
}

/** ListInstanceProfilesForRole: there are none here, but whoever deletes a role asks. */
export function listInstanceProfilesForRole(state: IamState, identity: Identity, input: unknown): Xml {
  roleIn(state, identity, input)
  return { InstanceProfiles: '', IsTruncated: false }
}

/** TagRole. */
export function tagRole(state: IamState, identity: Identity, input: unknown): undefined {
  const { Tags } = readInput(tagRoleSchema, input)
  const { tags } = roleIn(state, identity, input)
  setTags(tags, Tags)
}

/** UntagRole. */
export function untagRole(state: IamState, identity: Identity, input: unknown): undefined {
  const { TagKeys } = readInput(untagRoleSchema, input)
  const { tags } = roleIn(state, identity, input)
  dropTags(tags, TagKeys)
}

/** ListRoleTags. */
export function listRoleTags(state: IamState, identity: Identity, input: unknown): Xml {
  return { Tags: printTags(roleIn(state, identity, input).tags), IsTruncated: false }
}

/** The role that a request names. */
export function roleIn(state: IamState, { account }: Identity, input: unknown): Role {
  return findRole(state, account, readInput(roleSchema, input).RoleName)
}

function checkedTrust(document: string): string {
  checkTrustPolicy(document)
  checkTrustSize(document)
  return document
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
