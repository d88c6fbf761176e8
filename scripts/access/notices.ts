import { s3Arn } from '../aws/arn.ts'
import { allow, type Statement } from '../aws/statements.ts'
import type { Environment } from '../catalogue/environments.ts'
import { markerKeys } from '../notify/marker.ts'

/** Looking whether the channels exist, without what the secret holds. */
export function seeChannels({ notices }: Pick<Environment, 'notices'>): Statement[] {
  const { topic, webhook } = notices ?? {}
  return [
    ...(topic === undefined ? [] : [allow('SeeTopic', ['sns:GetTopicAttributes'], [topic])]),
    ...(webhook === undefined ? [] : [allow('SeeSecret', ['secretsmanager:DescribeSecret'], [webhook])]),
  ]
}

/** Sending the notices of an environment, and marking that they were. A role that cannot replace an entry cannot replace a marker either. */
export function announceStatements(
  name: string,
  environment: Pick<Environment, 'region' | 'ledger' | 'notices'>,
): Statement[] {
  const { ledger, notices } = environment
  if (notices === undefined) return []
  const { topic, webhook } = notices
  const markers = s3Arn(environment, ledger.bucket, markerKeys(name))
  return [
    allow('MarkNotices', ['s3:GetObject', 's3:PutObject'], [markers]),
    ...(topic === undefined ? [] : [allow('PublishNotices', ['sns:Publish'], [topic])]),
    ...(webhook === undefined ? [] : [allow('ReadWebhook', ['secretsmanager:GetSecretValue'], [webhook])]),
  ]
}
