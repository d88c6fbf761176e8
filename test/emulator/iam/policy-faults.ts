import { AwsError } from '../protocol/protocol.ts'
import type { PolicyDocument, Statement } from './policy-document.ts'
import { actionsIn, isUnknownAction, parsePolicy, resourcesIn } from './policy-document.ts'
import { wildcard } from './wildcard.ts'

const trustActions = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:SetContext',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]

/** Refuses what IAM refuses as a policy of an identity, inline or managed. */
export function checkIdentityPolicy(text: string): void {
  const policy = readPolicy(text)
  if (policy.Version !== '2012-10-17') {
    throw malformed('Policy document must be version 2012-10-17 or greater.')
  }
  for (const statement of policy.Statement) {
    if (statement.Principal ?? statement.NotPrincipal) {
      throw malformed('Policy document should not specify a principal.')
    }
    if (actionsIn(statement).length === 0) throw malformed('Policy statement must contain actions.')
    if (resourcesIn(statement).length === 0) throw malformed('Policy statement must contain resources.')
    for (const action of actionsIn(statement)) checkAction(action)
    for (const resource of resourcesIn(statement)) checkResource(resource)
  }
}

/** Refuses what IAM refuses as a role's trust policy. */
export function checkTrustPolicy(text: string): void {
  for (const statement of readPolicy(text).Statement) {
    if (resourcesIn(statement).length > 0) throw malformed('Has prohibited field Resource')
    if (!(statement.Principal ?? statement.NotPrincipal)) throw malformed('Missing required field Principal')
    if (actionsIn(statement).length === 0) throw malformed('Missing required field Action')
    if (!actionsIn(statement).every(isTrustAction)) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.')
    }
  }
}

function readPolicy(text: string): PolicyDocument {
  const policy = parsePolicy(text)
  if (!policy) throw malformed('Syntax errors in policy.')
  if (!policy.Statement.every(({ Effect }) => Effect === 'Allow' || Effect === 'Deny')) {
    throw malformed('Syntax errors in policy.')
  }
  checkSids(policy.Statement)
  return policy
}

function checkSids(statements: Statement[]): void {
  const sids = statements.flatMap(({ Sid }) => Sid ?? [])
  if (!sids.every(sid => /^[0-9A-Za-z]*$/.test(sid))) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  if (new Set(sids).size < sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.')
  }
}

function checkAction(action: string): void {
  if (action === '*') return
  const [vendor = '', name, ...more] = action.split(':')
  if (name === undefined) {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  if (more.length > 0) throw malformed('Actions/Condition can contain only one colon.')
  if (!/^[a-zA-Z0-9.-]+$/.test(vendor)) throw malformed(`Vendor ${vendor} is not valid`)
  // IAM itself keeps such a name, which then grants nothing; its policy validation (Access Analyzer, INVALID_ACTION)
  // calls it an error, and here it is one, so that a typo is found before a role lacks a right.
  if (isUnknownAction(action)) throw malformed(`The action ${action} does not exist.`)
}

function checkResource(resource: string): void {
  if (resource === '*' || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/s.test(resource) || resource.startsWith('arn:*'))
    return
  throw malformed(`Resource ${resource} must be in ARN format or "*".`)
}

function isTrustAction(pattern: string): boolean {
  return pattern !== '*' && trustActions.some(action => wildcard(pattern.toLowerCase(), action.toLowerCase()))
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', 400, message)
}
