import type { Xml } from '../protocol/xml.ts'
import type { Identity } from './identities.ts'
import { entityName, policyDocument, required } from './input.ts'
import { roleIn } from './roles.ts'
import type { IamState } from './state.ts'
import { noSuchEntity } from './state.ts'

/** PutRolePolicy. */
export function putRolePolicy(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const document = policyDocument(input, 'PolicyDocument')
  roleIn(state, identity, input).inline.set(entityName(input, 'PolicyName'), document)
}

/** GetRolePolicy, with the document percent-encoded as IAM returns it. */
export function getRolePolicy(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  const role = roleIn(state, identity, input)
  const PolicyName = entityName(input, 'PolicyName')
  const document = role.inline.get(PolicyName)
  if (document === undefined) throw unknownPolicy(PolicyName)
  return { RoleName: role.name, PolicyName, PolicyDocument: encodeURIComponent(document) }
}

/** DeleteRolePolicy. */
export function deleteRolePolicy(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const name = entityName(input, 'PolicyName')
  if (!roleIn(state, identity, input).inline.delete(name)) throw unknownPolicy(name)
}

/** ListRolePolicies. */
export function listRolePolicies(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  const { inline } = roleIn(state, identity, input)
  return { PolicyNames: { member: [...inline.keys()].sort() }, IsTruncated: false }
}

/** AttachRolePolicy: any policy, since none is kept or evaluated here. */
export function attachRolePolicy(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  roleIn(state, identity, input).attached.add(policyArn(input))
}

/** DetachRolePolicy. */
export function detachRolePolicy(state: IamState, identity: Identity, input: URLSearchParams): undefined {
  const arn = policyArn(input)
  if (roleIn(state, identity, input).attached.delete(arn)) return
  throw noSuchEntity(`Policy ${arn} was not found.`)
}

/** ListAttachedRolePolicies. */
export function listAttachedRolePolicies(state: IamState, identity: Identity, input: URLSearchParams): Xml {
  const { attached } = roleIn(state, identity, input)
  const member = [...attached].map(arn => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }))
  return { AttachedPolicies: { member }, IsTruncated: false }
}

function policyArn(input: URLSearchParams): string {
  return required(input, 'PolicyArn', /^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/.+$/)
}

function unknownPolicy(name: string): Error {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
