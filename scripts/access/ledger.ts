import { iamArn, s3Arn } from '../aws/arn.ts'
import { allow, mergeStatements, type Statement } from '../aws/statements.ts'
import type { Environment, Environments } from '../catalogue/environments.ts'
import { ledgerKeys } from '../ledger/entry.ts'
import { markerKeys } from '../notify/marker.ts'
import { roleNamesOf } from './role-names.ts'

/** The roles of the artifact account that read the ledgers of all environments: what pins a release, and what traces it. */
export function readersOfLedgers(environments: Environments): string[] {
  if (environments.github === undefined) return []
  const { release, read } = roleNamesOf(environments)
  return [release, read].map(name => iamArn(environments.artifacts, `role/${name}`))
}

/** Reading the ledgers of an environment. */
export function readLedger(name: string, environment: Pick<Environment, 'region' | 'ledger'>): Statement[] {
  const { bucket } = environment.ledger
  return [
    // Its newest entry is the first key; and S3 answers 403, not 404, for a missing one to who may not list.
    allow('ListLedger', ['s3:ListBucket'], [s3Arn(environment, bucket)]),
    allow('ReadLedger', ['s3:GetObject'], [s3Arn(environment, bucket, ledgerKeys(name))]),
  ]
}

/** Reading the versions of entries, which `history` finds in them whether one was ever replaced or deleted. */
export function readVersions(name: string, environment: Pick<Environment, 'region' | 'ledger'>): Statement[] {
  const bucket = s3Arn(environment, environment.ledger.bucket)
  const own = { StringLike: { 's3:prefix': ledgerKeys(name) } }
  return [allow('ListLedgerVersions', ['s3:ListBucketVersions'], [bucket], own)]
}

/** Reading, and adding entries; no role can replace or delete one. */
export function appendToLedger(
  name: string,
  environment: Pick<Environment, 'region' | 'ledger'>,
): Statement[] {
  return [
    ...readLedger(name, environment),
    allow(
      'AppendToLedger',
      ['s3:PutObject'],
      [s3Arn(environment, environment.ledger.bucket, ledgerKeys(name))],
    ),
  ]
}

/** Reading the ledgers of all environments, whose buckets let these roles in. */
export function readAllLedgers({ environments }: Environments): Statement[] {
  return mergeStatements(Object.entries(environments).flatMap(([name, one]) => readLedger(name, one)))
}

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
