import { AwsError } from '../protocol/protocol.ts'
import type { Role } from './state.ts'

/** How much an account, a role and a policy can hold (IAM User Guide, IAM and AWS STS quotas, default values). */
const quotas = {
  inlineOfRole: 10_240,
  managedPolicy: 6144,
  trustPolicy: 2048,
  attachedToRole: 10,
  roles: 1000,
  policyVersions: 5,
}

/** Refuses an inline policy with which all those of the role are longer together than a role may have. */
export function checkInlineSize({ name, inline }: Role, policyName: string, document: string): void {
  const others = [...inline].filter(([other]) => other !== policyName).map(([, text]) => text)
  const size = [...others, document].reduce((sum, text) => sum + sizeOf(text), 0)
  if (size <= quotas.inlineOfRole) return
  throw limitExceeded(`Maximum policy size of ${quotas.inlineOfRole} bytes exceeded for role ${name}`)
}

/** Refuses a managed policy that is too long. */
export function checkManagedSize(document: string): void {
  if (sizeOf(document) > quotas.managedPolicy) throw exceeded('PolicySize', quotas.managedPolicy)
}

/** Refuses a trust policy that is too long. */
export function checkTrustSize(document: string): void {
  if (sizeOf(document) > quotas.trustPolicy) throw exceeded('ACLSizePerRole', quotas.trustPolicy)
}

/** Refuses one more attached policy than a role may have. */
export function checkAttached({ attached }: Role, arn: string): void {
  const count = new Set([...attached, arn]).size
  if (count > quotas.attachedToRole) throw exceeded('PoliciesPerRole', quotas.attachedToRole)
}

/** Refuses one more role than an account may have. */
export function checkRoles(count: number): void {
  if (count >= quotas.roles) throw exceeded('RolesPerAccount', quotas.roles)
}

/** Refuses one more version than a managed policy may have. */
export function checkVersions(count: number): void {
  if (count < quotas.policyVersions) return
  throw limitExceeded(
    'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  )
}

/** White space does not count. */
function sizeOf(document: string): number {
  return document.replace(/\s/g, '').length
}

function exceeded(quota: string, most: number): AwsError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${most}`)
}

function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', 409, message)
}
