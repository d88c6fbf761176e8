import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { describe } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { pushTag } from '../../../support/releases.ts'
import { bucket, environmentsJson, type World, writeFiles } from '../../../support/world.ts'
import {
  as,
  endAsTheySay,
  pinImage,
  promoteImage,
  promoteNext,
  promoteZip,
  type Row,
  releaseNext,
} from './bad-input.ts'

async function artifacts(world: World, change: Record<string, string>): Promise<void> {
  const changed = { ...environmentsJson, artifacts: { ...environmentsJson.artifacts, ...change } }
  await writeFiles(world.clone, { 'cdktf/environments.json': JSON.stringify(changed) })
}

const cloud: Record<string, Row> = {
  'expired credentials, for an image': {
    arrange: async world => as(promoteImage, { env: world.emulator.credentials({ expired: true }) }),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'expired credentials, for a zip': {
    arrange: async world => as(promoteZip, { env: world.emulator.credentials({ expired: true }) }),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'expired credentials, for a release': {
    arrange: async world =>
      as(
        [
          'release',
          {
            SERVICE: 'b',
            VERSION: '1.1.0',
            COMMIT: await world.commit({ 'services/service-b/main.txt': '2' }),
          },
        ],
        {
          env: world.emulator.credentials({ expired: true }),
        },
      ),
    code: 2,
    says: ['expired', 'aws sso login'],
  },
  'no credentials': {
    arrange: async () =>
      as(promoteImage, { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, process: true }),
    code: 2,
    says: ['Could not load credentials', 'aws sso login'],
  },
  'unknown credentials': {
    arrange: async () => as(pinImage, { env: { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' } }),
    code: 2,
    says: ['InvalidAccessKeyId', 'aws sso login'],
  },
  'another region than that of the bucket': {
    arrange: world => artifacts(world, { region: 'us-east-1' }).then(() => promoteZip),
    code: 2,
    says: [bucket, 'not in the region', 'cdktf/environments.json'],
  },
  'another region than that of the repository': {
    arrange: world => artifacts(world, { region: 'us-east-1' }).then(() => promoteImage),
    code: 2,
    says: ['cdktf/environments.json', 'us-east-1'],
  },
  'a bucket of another owner': {
    async arrange(world) {
      const env = world.emulator.credentials({ account: '999999999999' })
      const { s3 } = clientsFor(world.emulator, { env })
      const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const
      await s3.send(new CreateBucketCommand({ Bucket: 'foreign-bucket', CreateBucketConfiguration }))
      await artifacts(world, { bucket: 'foreign-bucket' })
      return promoteZip
    },
    code: 2,
    says: ['foreign-bucket', 'does not belong to the account'],
  },
  'credentials of another account': {
    arrange: async world =>
      as(['build', { SERVICE: 'b' }], { env: world.emulator.credentials({ account: '999999999999' }) }),
    code: 2,
    says: [bucket, 'does not belong to the account'],
  },
  'a bucket that does not exist, to build': {
    arrange: world => artifacts(world, { bucket: 'no-such-bucket' }).then(() => ['build', { SERVICE: 'b' }]),
    code: 2,
    says: ['NoSuchBucket', 'no-such-bucket', 'Create it'],
  },
  'a bucket that does not exist, to promote': {
    arrange: world => artifacts(world, { bucket: 'no-such-bucket' }).then(() => promoteZip),
    code: 2,
    says: ['NoSuchBucket', 'no-such-bucket', 'Create it'],
  },
  'a repository that does not exist': {
    async arrange(world) {
      const commit = await world.commit({
        'services/service-a/service.json': JSON.stringify({ kind: 'ecs-service', repository: 'no/such' }),
      })
      await pushTag(world, 'service-a-v2.0.0', commit)
      return promoteNext
    },
    code: 2,
    says: ['no/such', 'Create it'],
  },
  'a cloud that is down': {
    async arrange(world) {
      world.emulator.inject({ operation: '*', kind: 'error503' })
      return promoteImage
    },
    code: 6,
    says: ['safe to run this again'],
  },
  'a cloud that forbids': {
    async arrange(world) {
      world.emulator.inject({ operation: 'BatchGetImage', kind: 'access-denied' })
      return releaseNext
    },
    code: 2,
    says: ['service-a-image', 'AccessDenied', 'lack the permission'],
  },
  'an endpoint where nobody listens': {
    arrange: async () => as(pinImage, { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }),
    code: 6,
    says: ['ECONNREFUSED', 'safe to run this again'],
  },
}

describe.concurrent('cloud', () => endAsTheySay(cloud))
