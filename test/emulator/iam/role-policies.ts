import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import { attachmentSchema, inlineSchema, putInlineSchema, readInput } from './input.ts'
import { checkAttachable } from './managed-policies.ts'
import { checkIdentityPolicy } from './policy-faults.ts'
import { checkAttached, checkInlineSize } from './quotas.ts'
import { roleIn } from './roles.ts'
import type { IamState } from './state.ts'
import { noSuchEntity } from './state.ts'

/** PutRolePolicy. */
export function putRolePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { PolicyName, PolicyDocument } = readInput(putInlineSchema, input)
  const role = roleIn(state, identity, input)
  checkIdentityPolicy(PolicyDocument)
  checkInlineSize(role, PolicyName, PolicyDocument)
  role.inline.set(PolicyName, PolicyDocument)
}

/** GetRolePolicy, with the document percent-encoded as IAM returns it. */
export function getRolePolicy(state: IamState, identity: Identity, input: unknown): Xml {
  const { PolicyName } = readInput(inlineSchema, input)
  const role = roleIn(state, identity, input)
  const document = role.inline.get(PolicyName)
  if (document === undefined) throw unknownPolicy(PolicyName)
  return { RoleName: role.name, PolicyName, PolicyDocument: encodeURIComponent(document) }
}

/** DeleteRolePolicy. */
export function deleteRolePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { PolicyName: name } = readInput(inlineSchema, input)
  if (!roleIn(state, identity, input).inline.delete(name)) throw unknownPolicy(name)
}

/** ListRolePolicies. */
export function listRolePolicies(state: IamState, identity: Identity, input: unknown): Xml {
  const { inline } = roleIn(state, identity, input)
  return { PolicyNames: { member: [...inline.keys()].sort() }, IsTruncated: false }
}

/** AttachRolePolicy. */
export function attachRolePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { PolicyArn } = readInput(attachmentSchema, input)
  const role = roleIn(state, identity, input)
  checkAttachable(state, identity, PolicyArn)
  checkAttached(role, PolicyArn)
  role.attached.add(PolicyArn)
}

/** DetachRolePolicy. */
export function detachRolePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { PolicyArn: arn } = readInput(attachmentSchema, input)
  if (roleIn(state, identity, input).attached.delete(arn)) return
  throw noSuchEntity(`Policy ${arn} was not found.`)
}

/** ListAttachedRolePolicies. */
export function listAttachedRolePolicies(state: IamState, identity: Identity, input: unknown): Xml {
  const { attached } = roleIn(state, identity, input)
  const member = [...attached].map(arn => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }))
  return { AttachedPolicies: { member }, IsTruncated: false }
}

function unknownPolicy(name: string): Error {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
