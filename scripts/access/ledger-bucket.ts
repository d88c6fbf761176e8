import { z } from 'zod'
import { iamArn, s3Arn } from '../aws/arn.ts'
import type { BucketSpec } from '../aws/bucket.ts'
import { principalPatterns } from '../aws/principal.ts'
import { type PolicyStatement, printPolicy, tlsOnly, writeOnce } from '../aws/statements.ts'
import { UserError } from '../base/user-error.ts'
import type { Environment, Environments } from '../catalogue/environments.ts'
import { ledgerErrors } from '../ledger/errors.ts'
import { readersOfLedgers } from './ledger.ts'

const administered = 'AppendOnly'
const readLedgers = 'ReadLedgers'
const listLedgers = 'ListLedgers'
const own = ['TlsOnly', 'WriteOnce', administered, readLedgers, listLedgers]

type Place = Pick<Environment, 'account' | 'region' | 'ledger'>

/** The bucket of an environment's ledgers, as the caller whom STS calls by an ARN sets it up. */
export function ledgerBucket(environments: Environments, environment: Place, caller: string): BucketSpec {
  const { bucket, retentionDays } = environment.ledger
  return {
    bucket,
    title: 'ledger bucket',
    setting: 'ledger.bucket',
    foreign: ledgerErrors['ledger-bucket'],
    policy: seen => policyFor(environments, environment, caller, seen),
    requireRight: seen => requireAdministrator(bucket, caller, seen),
    isAppendOnly: true,
    retentionDays,
  }
}

/** Replaces our statements and leaves others alone: what they allow, ours still deny. */
function policyFor(
  environments: Environments,
  environment: Place,
  caller: string,
  seen: string | undefined,
): string {
  const known = administratorsIn(seen)
  const administrators = known.length === 0 ? principalPatterns(caller) : known
  const others = statementsIn(seen).filter(({ Sid = '' }) => !own.includes(Sid)) as PolicyStatement[]
  return printPolicy([...ledgerStatements(environments, environment, administrators), ...others])
}

/**
 * Nobody replaces an entry, and nobody but the administrators deletes one, shortens a retention or changes the bucket:
 * what they alone may do is all that is not listed, so that an action which AWS adds is denied. If they are gone, the
 * account's root user can still replace the policy (Amazon S3 API reference, PutBucketPolicy).
 */
function ledgerStatements(
  environments: Environments,
  { account, region, ledger: { bucket } }: Place,
  administrators: readonly string[],
): PolicyStatement[] {
  const [whole, entries] = [s3Arn({ region }, bucket), s3Arn({ region }, bucket, '*')]
  return [
    tlsOnly({ region }, bucket),
    writeOnce([entries]),
    {
      Sid: administered,
      Effect: 'Deny',
      Principal: '*',
      NotAction: ['s3:Get*', 's3:List*', 's3:PutObject'],
      Resource: [whole, entries],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': administrators } },
    },
    ...(account === environments.artifacts.account ? [] : read(environments, whole)),
  ]
}

// The principal is the account, since S3 refuses a policy that names a role which does not exist yet, and a deleted role
// leaves only its id behind (IAM user guide, "AWS JSON policy elements: Principal").
function read(environments: Environments, bucket: string): PolicyStatement[] {
  const readers = readersOfLedgers(environments)
  if (readers.length === 0) return []
  const Principal = { AWS: iamArn(environments.artifacts, 'root') }
  const Condition = { ArnEquals: { 'aws:PrincipalArn': readers } }
  const common = { Effect: 'Allow', Principal, Condition } as const
  return [
    { Sid: readLedgers, ...common, Action: 's3:GetObject', Resource: `${bucket}/ledger/*` },
    { Sid: listLedgers, ...common, Action: 's3:ListBucket', Resource: bucket },
  ]
}

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat())
const exempting = z.looseObject({
  Condition: z.looseObject({ ArnNotLike: z.looseObject({ 'aws:PrincipalArn': texts }) }),
})
const statement = z.looseObject({ Sid: z.string().optional() })
const policySchema = z.looseObject({
  Statement: z.union([z.array(statement), statement]).transform(value => [value].flat()),
})

function statementsIn(policy: string | undefined): z.output<typeof statement>[] {
  return policy === undefined ? [] : policySchema.parse(JSON.parse(policy)).Statement
}

/** The patterns of those who may change the bucket, by the policy that it has. */
function administratorsIn(policy: string | undefined): string[] {
  const found = statementsIn(policy).find(({ Sid }) => Sid === administered)
  return exempting.safeParse(found).data?.Condition.ArnNotLike['aws:PrincipalArn'] ?? []
}

function requireAdministrator(bucket: string, caller: string, seen: string | undefined): void {
  const known = administratorsIn(seen)
  if (known.length === 0 || principalPatterns(caller).some(one => known.includes(one))) return
  throw new UserError(
    ledgerErrors['ledger-administrator'],
    `${caller} may not change the ledger bucket ${bucket}`,
    {
      cause: `its policy lets only ${known.join(' or ')} change it`,
      remedy: `Run this as ${known[0]}. If that is gone, the account's root user can replace the policy.`,
    },
  )
}
