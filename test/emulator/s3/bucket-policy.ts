import { actionsOf } from '../iam/actions.ts'
import type { Statement } from '../iam/policy-document.ts'
import { actionsIn, isUnknownAction, parsePolicy, resourcesIn } from '../iam/policy-document.ts'
import { wildcard } from '../iam/wildcard.ts'
import type { AwsError } from '../protocol/protocol.ts'
import { s3Error } from './errors.ts'

/** The most that a bucket's policy can have (Amazon S3 User Guide, Bucket policies): 20 KB without white space. */
const mostBytes = 20_480

/** Refuses what S3 refuses as the policy of a bucket, in its own words. */
export function checkBucketPolicy(text: string, bucket: string): void {
  if (!text.trimStart().startsWith('{')) {
    throw malformed("Policies must be valid JSON and the first byte must be '{'")
  }
  const policy = parsePolicy(text)
  if (!policy) throw malformed('This policy contains invalid Json')
  if (Buffer.byteLength(JSON.stringify(JSON.parse(text))) > mostBytes) {
    throw s3Error('PolicyTooLarge', 400, 'Policy exceeds the maximum allowed document size.')
  }
  for (const statement of policy.Statement) checkStatement(statement, bucket)
}

function checkStatement(statement: Statement, bucket: string): void {
  const { Effect, Principal, NotPrincipal } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Invalid effect: ${Effect}`)
  if ((Principal ?? NotPrincipal) === undefined) throw malformed('Missing required field Principal')
  const [actions, resources] = [actionsIn(statement), resourcesIn(statement)]
  if (actions.length === 0) throw malformed('Missing required field Action')
  if (resources.length === 0) throw malformed('Missing required field Resource')
  if (!actions.every(isS3Action)) throw malformed('Policy has invalid action')
  if (!resources.every(resource => isOf(resource, bucket))) throw malformed('Policy has invalid resource')
  // Of what a statement leaves out, anything may be meant.
  if (statement.NotAction || statement.NotResource) return
  if (!actions.every(action => resources.some(resource => applies(action, resource)))) {
    throw malformed('Action does not apply to any resource(s) in statement')
  }
}

function isS3Action(action: string): boolean {
  return action === '*' || (/^s3:.+$/i.test(action) && !isUnknownAction(action))
}

/** The bucket itself, or keys in it; a pattern may stand for the bucket where it can mean it. */
function isOf(resource: string, bucket: string): boolean {
  const [, name = ''] = /^arn:aws[a-z-]*:s3:::([^/]+)(?:\/.*)?$/s.exec(resource) ?? []
  return name !== '' && wildcard(name, bucket)
}

function applies(action: string, resource: string): boolean {
  const isKeys = resource.includes('/')
  if (action === '*' || (!isKeys && resource.endsWith('*'))) return true
  return (actionsOf(action) ?? []).some(name => isObjectAction(name) === isKeys)
}

/** Whether an action is about objects (Service Authorization Reference, Amazon S3, resource types). */
function isObjectAction(action: string): boolean {
  if (/^(?:Get|Put)BucketObjectLock/.test(action)) return false
  return /Object|MultipartUpload(?!s)|MultipartUploadParts|^Replicate|^BypassGovernance/.test(action)
}

function malformed(message: string): AwsError {
  return s3Error('MalformedPolicy', 400, message)
}
