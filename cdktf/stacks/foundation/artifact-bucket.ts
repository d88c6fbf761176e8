import { keyPatterns } from '../../../scripts/artifacts/names.ts'
import { type Place, s3Arn } from '../../../scripts/aws/arn.ts'
import { type PolicyStatement, tlsOnly, writeOnce } from '../../../scripts/aws/statements.ts'
import type { ArtifactStoreConfig } from '../../../scripts/catalogue/environments.ts'
import {
  S3Bucket,
  S3BucketEncryption,
  S3BucketLifecycleConfiguration,
  S3BucketOwnershipControls,
  S3BucketPolicy,
  S3BucketPublicAccessBlock,
  S3BucketVersioning,
} from '../../aws.ts'
import type { Construct } from '../../cdk.ts'
import { accountRoot } from '../shared/arns.ts'
import { policyDocument } from '../shared/policies.ts'

// S3 cannot keep the newest builds of each service, so builds stay long. An expired one can be rebuilt byte for byte.
const buildDays = 365
const earlierVersionDays = 30
const incompleteUploadDays = 7

/** The bucket of zips and release records: versioned, encrypted, private, TLS only. */
export function artifactBucket(
  scope: Construct,
  { bucket: name, region }: ArtifactStoreConfig,
  readers: readonly Place[],
): S3Bucket {
  const made = new S3Bucket(scope, 'artifacts', { bucket: name, lifecycle: { preventDestroy: true } })
  const bucket = made.bucket
  const all = [
    new S3BucketVersioning(scope, 'versioning', { bucket, versioningConfiguration: { status: 'Enabled' } }),
    new S3BucketEncryption(scope, 'encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' },
          // S3 blocks it in every new bucket, and the plan would differ for ever without it.
          blockedEncryptionTypes: ['SSE-C'],
        },
      ],
    }),
    new S3BucketOwnershipControls(scope, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    }),
    new S3BucketPublicAccessBlock(scope, 'public_access', {
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    }),
    new S3BucketLifecycleConfiguration(scope, 'lifecycle', { bucket, rule: [buildsRule] }),
    new S3BucketPolicy(scope, 'policy', { bucket, policy: access(name, region, readers) }),
  ]
  for (const one of all) one.overrideLogicalId('artifacts')
  return made
}

const buildsRule = {
  id: 'builds',
  status: 'Enabled',
  filter: [{ prefix: 'builds/' }],
  expiration: [{ days: buildDays }],
  noncurrentVersionExpiration: [{ noncurrentDays: earlierVersionDays }],
  abortIncompleteMultipartUpload: [{ daysAfterInitiation: incompleteUploadDays }],
}

function access(bucket: string, region: string, readers: readonly Place[]): string {
  const resource = s3Arn({ region }, bucket)
  const ownKeys = Object.values(keyPatterns).map(keys => `${resource}/${keys}`)
  const forAll = [tlsOnly({ region }, bucket), writeOnce(ownKeys), deleteNever(ownKeys)]
  if (readers.length === 0) return policyDocument(forAll)
  const Principal = { AWS: readers.map(accountRoot) }
  const readReleases: PolicyStatement = {
    Sid: 'ReadReleases',
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource: `${resource}/${keyPatterns.releases}`,
  }
  // Without it S3 answers 403 instead of 404 for a missing key, and "not released" would look like "not allowed".
  const seeMissing: PolicyStatement = {
    Sid: 'TellMissing',
    Effect: 'Allow',
    Principal,
    Action: 's3:ListBucket',
    Resource: resource,
  }
  return policyDocument([...forAll, readReleases, seeMissing])
}

function deleteNever(resources: readonly string[]): PolicyStatement {
  return {
    Sid: 'DeleteNever',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    Resource: resources,
  }
}
