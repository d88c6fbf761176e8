import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import { isAwsPolicy, unknownAwsPolicy } from './aws-policies.ts'
import type { Identity } from './identities.ts'
import {
  createPolicySchema,
  createVersionSchema,
  policySchema,
  policyVersionSchema,
  readInput,
  tagPolicySchema,
  untagPolicySchema,
} from './input.ts'
import { checkIdentityPolicy } from './policy-faults.ts'
import { checkManagedSize, checkVersions } from './quotas.ts'
import type { IamState, ManagedPolicy } from './state.ts'
import { dropTags, idOf, noSuchEntity, printTags, setTags, tagMap } from './state.ts'

/** CreatePolicy. */
export function createPolicy(state: IamState, { account }: Identity, input: unknown): Xml {
  const request = readInput(createPolicySchema, input)
  const { PolicyName: name, Path: path, PolicyDocument: document, Description: description } = request
  checkIdentityPolicy(document)
  checkManagedSize(document)
  const arn = `arn:aws:iam::${account}:policy${path}${name}`
  if (state.policies.has(arn)) {
    const message = `A policy called ${name} already exists. Duplicate names are not allowed.`
    throw new AwsError('EntityAlreadyExists', 409, message)
  }
  const policy: ManagedPolicy = {
    name,
    path,
    arn,
    createdAt: new Date(),
    versions: new Map([['v1', { document, createdAt: new Date() }]]),
    versionCount: 1,
    defaultVersion: 'v1',
    tags: tagMap(request.Tags),
    ...(description === undefined ? {} : { description }),
  }
  state.policies.set(arn, policy)
  return { Policy: print(state, policy) }
}

/** GetPolicy. */
export function getPolicy(state: IamState, identity: Identity, input: unknown): Xml {
  return { Policy: print(state, find(state, identity, input)) }
}

/** DeletePolicy, which refuses while it is attached or has more versions than one. */
export function deletePolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const policy = find(state, identity, input)
  if (attachments(state, policy.arn) > 0) {
    throw new AwsError('DeleteConflict', 409, 'Cannot delete a policy attached to entities.')
  }
  if (policy.versions.size > 1) {
    const message =
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
    throw new AwsError('DeleteConflict', 409, message)
  }
  state.policies.delete(policy.arn)
}

/** CreatePolicyVersion. */
export function createPolicyVersion(state: IamState, identity: Identity, input: unknown): Xml {
  const { PolicyDocument: document, SetAsDefault } = readInput(createVersionSchema, input)
  const policy = find(state, identity, input)
  checkIdentityPolicy(document)
  checkManagedSize(document)
  checkVersions(policy.versions.size)
  policy.versionCount += 1
  const id = `v${policy.versionCount}`
  policy.versions.set(id, { document, createdAt: new Date() })
  if (SetAsDefault === 'true') policy.defaultVersion = id
  return { PolicyVersion: printVersion(policy, id) }
}

/** GetPolicyVersion, with the document percent-encoded as IAM returns it. */
export function getPolicyVersion(state: IamState, identity: Identity, input: unknown): Xml {
  const { policy, id, document } = findVersion(state, identity, input)
  return { PolicyVersion: { ...printVersion(policy, id), Document: encodeURIComponent(document) } }
}

/** ListPolicyVersions, the newest first. */
export function listPolicyVersions(state: IamState, identity: Identity, input: unknown): Xml {
  const policy = find(state, identity, input)
  const member = [...policy.versions.keys()].reverse().map(id => printVersion(policy, id))
  return { Versions: { member }, IsTruncated: false }
}

/** DeletePolicyVersion, which refuses the default one. */
export function deletePolicyVersion(state: IamState, identity: Identity, input: unknown): undefined {
  const { policy, id } = findVersion(state, identity, input)
  if (id === policy.defaultVersion) {
    throw new AwsError('DeleteConflict', 409, 'Cannot delete the default version of a policy.')
  }
  policy.versions.delete(id)
}

/** TagPolicy. */
export function tagPolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { Tags } = readInput(tagPolicySchema, input)
  const { tags } = find(state, identity, input)
  setTags(tags, Tags)
}

/** UntagPolicy. */
export function untagPolicy(state: IamState, identity: Identity, input: unknown): undefined {
  const { TagKeys } = readInput(untagPolicySchema, input)
  const { tags } = find(state, identity, input)
  dropTags(tags, TagKeys)
}

/** Refuses the ARN of a policy that neither the account nor AWS itself has. */
export function checkAttachable(state: IamState, { account }: Identity, arn: string): void {
  const isOwn = arn.startsWith(`arn:aws:iam::${account}:`) && state.policies.has(arn)
  if (isOwn || isAwsPolicy(arn)) return
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.${unknownAwsPolicy(arn)}`)
}

function find(state: IamState, { account }: Identity, input: unknown): ManagedPolicy {
  const { PolicyArn: arn } = readInput(policySchema, input)
  const policy = arn.startsWith(`arn:aws:iam::${account}:`) ? state.policies.get(arn) : undefined
  if (policy) return policy
  // Of AWS's own policies the emulator knows the names, not what is in them.
  const known = isAwsPolicy(arn)
    ? ' The emulator does not keep the policies of AWS itself.'
    : unknownAwsPolicy(arn)
  throw noSuchEntity(`Policy ${arn} was not found.${known}`)
}

function findVersion(state: IamState, identity: Identity, input: unknown) {
  const policy = find(state, identity, input)
  const { VersionId: id } = readInput(policyVersionSchema, input)
  const version = policy.versions.get(id)
  if (version) return { policy, id, document: version.document }
  throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`)
}

function attachments(state: IamState, arn: string): number {
  return [...state.roles.values()].filter(({ attached }) => attached.has(arn)).length
}

function print(state: IamState, policy: ManagedPolicy): Xml {
  const { name, path, arn, createdAt, defaultVersion, description, tags } = policy
  return {
    PolicyName: name,
    PolicyId: idOf('ANPA', arn),
    Arn: arn,
    Path: path,
    DefaultVersionId: defaultVersion,
    AttachmentCount: attachments(state, arn),
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    Description: description,
    CreateDate: createdAt.toISOString(),
    UpdateDate: createdAt.toISOString(),
    Tags: tags.size > 0 ? printTags(tags) : undefined,
  }
}

function printVersion({ versions, defaultVersion }: ManagedPolicy, id: string): { [name: string]: Xml } {
  const CreateDate = versions.get(id)?.createdAt.toISOString()
  return { VersionId: id, IsDefaultVersion: id === defaultVersion, CreateDate }
}
