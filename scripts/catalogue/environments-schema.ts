import { z } from 'zod'
import { rolePolicies } from '../aws/iam-arns.ts'
import { listener } from '../aws/listener-arn.ts'
import { securityGroupId, subnetId } from '../aws/network-ids.ts'
import { putImagePerSecond, rolesPerAccount, rulesPerBalancer, trustPolicyCharacters } from '../aws/quotas.ts'
import { defaultSettings, defaultsIn } from '../kinds/defaults.ts'
import { isCommitSha } from '../names/commit.ts'
import { environmentNamePattern, isOwnFolder } from '../names/environment-name.ts'
import { bindingsVersion, isForBindings } from './aws-provider.ts'
import { faultsOfOrder } from './environment-order.ts'
import { guardianSettings } from './guardian-settings.ts'
import { noticeSettings, withoutRepository } from './notice-settings.ts'
import { account, branch, bucket, region, role } from './settings/fields.ts'
import { github } from './settings/github.ts'
import { findTokens } from './tokens.ts'

const environment = z.strictObject({
  account,
  region,
  role: role.optional().describe('Unused; kept so that older files stay valid'),
  deploy: z.enum(['auto', 'manual']).default('manual').describe('manual: a person approves each deploy'),
  after: z
    .string()
    .optional()
    .describe('The environment that must have verified a release before this one is pinned to it'),
  preReleases: z.boolean().default(true).describe('Whether a pre-release such as 1.1.0-rc.1 may be pinned'),
  keepRevisions: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('How many of the newest versions of each function make prune keeps'),
  network: z
    .strictObject({
      vpc: z.string().regex(/^vpc-[0-9a-f]+$/, 'must be the id of a VPC'),
      subnets: z.array(subnetId).min(1),
      securityGroups: z.array(securityGroupId).optional(),
    })
    .optional(),
  cluster: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,255}$/, 'must be the name of an ECS cluster')
    .optional()
    .describe('The name of the ECS cluster'),
  listener: listener.optional().describe('The listener whose rules send requests to services with a route'),
  testListener: listener
    .optional()
    .describe('Another listener of the same load balancer, for the smoke checks of services'),
  stateBucket: bucket
    .optional()
    .describe('The bucket of the Terraform state; <prefix>-state-<account>-<region> by default'),
  ledger: z
    .strictObject({
      bucket: bucket.optional().describe('Its bucket; <prefix>-ledger-<account>-<region> by default'),
      retentionDays: z
        .number()
        .int()
        .min(1)
        .max(36_500)
        .optional()
        .describe('How long S3 Object Lock keeps each entry; without it no lock is set up'),
    })
    .prefault({})
    .describe('The history of deployments, which nobody can rewrite'),
  policies: rolePolicies,
  guardian: guardianSettings.optional(),
  notices: noticeSettings.optional(),
  defaults: defaultSettings.optional(),
})

const quotas = z
  .strictObject({
    rolesPerAccount: z.number().int().positive().default(rolesPerAccount),
    rulesPerBalancer: z.number().int().positive().default(rulesPerBalancer),
    trustPolicyCharacters: z.number().int().positive().default(trustPolicyCharacters),
  })
  .prefault({})
  .describe('Your quotas in AWS, where AWS has raised them')

// Each repository's denials are for `waybill*`, so that no job can change what another repository's jobs rely on. The
// parts that roles and buckets add to the prefix must not be in it: waybill-read would own the role waybill-read-build.
const prefix = z
  .string()
  .regex(
    /^waybill(?!.*-(?:boundary|build|deploy|guardian|ledger|read|release|state)(?:-|$))(?:-[a-z0-9]+)*$/,
    'must be waybill or waybill-<name>, without the words boundary, build, deploy, guardian, ledger, read, release and state',
  )

const settings = z.strictObject({
  $schema: z.string().optional(),
  prefix: prefix
    .default('waybill')
    .describe(
      'What the names of roles, state and ledger buckets begin with: another repository in the same accounts needs its own',
    ),
  releaseBranches: z
    .array(branch)
    .min(1)
    .refine(branches => !branches[0]?.includes('*'), 'the first one must be a branch, not a pattern')
    .default(['main'])
    .describe(
      'Branches whose commits may be released; * matches anything but /. Pins are pushed to the first',
    ),
  since: z
    .string()
    .refine(isCommitSha, 'must be a commit of 40 hexadecimal digits')
    .optional()
    .describe('The commit at which Waybill was adopted: make reconcile ignores releases of older commits'),
  artifacts: z
    .strictObject({
      account,
      region,
      bucket,
      putImagePerSecond: z
        .number()
        .positive()
        .default(putImagePerSecond)
        .describe('Your ECR quota for PutImage, in calls per second'),
      stateBucket: bucket
        .optional()
        .describe("The bucket of the foundation's state; <prefix>-state-<account>-<region> by default"),
      requiredReferrers: z
        .array(z.string().min(1))
        .default([])
        .describe('Artifact types (a signature, an SBOM) that must refer to an image before it is promoted'),
    })
    .describe('The one artifact store'),
  github: github
    .optional()
    .describe('The repository whose CI assumes roles in AWS; without it Waybill creates none'),
  quotas,
  terraform: z
    .strictObject({
      awsProvider: z
        .string()
        .refine(
          isForBindings,
          `must be a version of the AWS provider from ${bindingsVersion} and below the next major version, or a constraint within that such as ~> 6.40`,
        )
        .optional()
        .describe(`The version of Terraform's AWS provider, or a constraint; ${bindingsVersion} by default`),
    })
    .optional(),
  defaults: defaultSettings.optional(),
  environments: z.record(
    z
      .string()
      .regex(environmentNamePattern, 'must be a name such as staging')
      .refine(
        name => !isOwnFolder(name),
        'is reserved: Waybill uses a folder of this name in the state bucket',
      ),
    environment,
  ),
})

// The longest name of a bucket (Amazon S3 user guide, "Bucket naming rules").
const bucketCharacters = 63

/** The schema of `cdktf/environments.json`. */
export const environmentsSchema = settings.transform((given, context) => {
  for (const { path, message } of findTokens(given))
    context.addIssue({ code: 'custom', path: [...path], message })
  const named = (name: string, path: readonly string[]) => {
    if (name.length > bucketCharacters)
      context.addIssue({
        code: 'custom',
        path: [...path],
        message: `${name} has more than ${bucketCharacters} characters: name another, or shorten prefix`,
      })
    return name
  }
  for (const [name, fault] of faultsOfOrder(given.environments))
    context.addIssue({ code: 'custom', path: ['environments', name, 'after'], message: fault })
  for (const name of withoutRepository(given))
    context.addIssue({
      code: 'custom',
      path: ['environments', name, 'notices'],
      message: 'githubDeployments and githubRecords need github.repository',
    })
  const withBucket = <Place extends { account: string; region: string; stateBucket?: string | undefined }>(
    place: Place,
    path: readonly string[],
  ) => {
    const { account, region, stateBucket = `${given.prefix}-state-${account}-${region}` } = place
    return { ...place, stateBucket: named(stateBucket, [...path, 'stateBucket']) }
  }
  const withLedger = (place: z.output<typeof environment>, path: readonly string[]) => {
    const { account, region, ledger } = place
    const { bucket = `${given.prefix}-ledger-${account}-${region}` } = ledger
    return { ...place, ledger: { ...ledger, bucket: named(bucket, [...path, 'ledger', 'bucket']) } }
  }
  const places = Object.entries(given.environments).map(([name, place]) => {
    const path = ['environments', name]
    const defaults = defaultsIn(given.defaults, place.defaults)
    return [name, { ...withBucket(withLedger(place, path), path), defaults }] as const
  })
  const artifacts = withBucket(given.artifacts, ['artifacts'])
  // The policy of a ledger's bucket lets nobody replace an object, as states are.
  const others = new Set([
    artifacts.bucket,
    artifacts.stateBucket,
    ...places.map(([, one]) => one.stateBucket),
  ])
  for (const [name, { ledger }] of places)
    if (others.has(ledger.bucket))
      context.addIssue({
        code: 'custom',
        path: ['environments', name, 'ledger', 'bucket'],
        message: `${ledger.bucket} holds states or artifacts: a ledger needs a bucket of its own`,
      })
  return { ...given, artifacts, environments: Object.fromEntries(places) }
})
