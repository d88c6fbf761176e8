import { CreateRepositoryCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs'
import { CreateFunctionCommand } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor, refusal } from '../clients.ts'
import { type Emulator, startEmulator } from '../emulator.ts'
import { lambdaRole } from '../lambda/calls.ts'
import { pushImage, sampleImage } from '../sample-image.ts'
import { sampleZip } from '../sample-zip.ts'

/* What one account keeps and another one runs: only where the owner says so. */

const runner = { account: '222222222222', region: 'us-east-1' }
const registry = '111111111111.dkr.ecr.us-east-1.amazonaws.com'
const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const account = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${runner.account}:root` } }
let emulator: Emulator
let own: ReturnType<typeof clientsFor>
let others: ReturnType<typeof clientsFor>
let count = 0
let repositoryName: string

beforeAll(async () => {
  emulator = await startEmulator()
  own = clientsFor(emulator)
  others = clientsFor(emulator, { env: emulator.credentials({ account: runner.account }) })
  emulator.ensureCluster('main', runner)
  await lambdaRole(others.iam, 'runs')
})
afterAll(() => emulator.close())

beforeEach(async () => {
  count += 1
  repositoryName = `images-${count}`
  await own.ecr.send(new CreateRepositoryCommand({ repositoryName }))
  await pushImage(own.ecr, repositoryName, sampleImage('v1'), 'v1')
})

const allow = (...Statement: object[]) =>
  own.ecr.send(
    new SetRepositoryPolicyCommand({
      repositoryName,
      policyText: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  )

const makeFunction = (Code: { ImageUri: string } | { S3Bucket: string; S3Key: string }) => {
  const kind =
    'ImageUri' in Code
      ? ({ PackageType: 'Image' } as const)
      : ({ Runtime: 'nodejs24.x', Handler: 'i.h' } as const)
  const Role = `arn:aws:iam::${runner.account}:role/runs`
  return others.lambda.send(new CreateFunctionCommand({ FunctionName: `f-${count}`, Role, Code, ...kind }))
}

describe('an image', () => {
  const ofLambda = (name: string) => ({
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: pull,
    Condition: {
      StringLike: { 'aws:SourceArn': [`arn:aws:lambda:us-east-1:${runner.account}:function:${name}`] },
    },
  })

  it('becomes a function where both the account and Lambda for that function may pull it', async () => {
    const ImageUri = `${registry}/${repositoryName}:v1`
    const denied = { name: 'AccessDeniedException', status: 403 }
    expect(await refusal(makeFunction({ ImageUri }))).toEqual(denied)
    await allow({ ...account, Action: pull })
    expect(await refusal(makeFunction({ ImageUri }))).toEqual(denied)
    await allow({ ...account, Action: pull }, ofLambda('another'))
    expect(await refusal(makeFunction({ ImageUri }))).toEqual(denied)
    await allow(ofLambda(`f-${count}`))
    expect(await refusal(makeFunction({ ImageUri }))).toEqual(denied)
    await allow({ ...account, Action: pull }, ofLambda(`f-${count}`))
    expect(await makeFunction({ ImageUri })).toMatchObject({ FunctionName: `f-${count}` })
  })

  it.each([
    ['is not pulled by ECS', false, 0],
    ['is pulled by ECS where the account may', true, 1],
  ])('%s', async (_, isAllowed, runningCount) => {
    if (isAllowed) await allow({ ...account, Action: pull })
    const service = `s-${count}`
    const containerDefinitions = [{ name: 'app', image: `${registry}/${repositoryName}:v1`, memory: 128 }]
    const { taskDefinition } = await others.ecs.send(
      new RegisterTaskDefinitionCommand({ family: service, containerDefinitions }),
    )
    const asked = { cluster: 'main', serviceName: service, desiredCount: 1 }
    await others.ecs.send(
      new CreateServiceCommand({ ...asked, taskDefinition: taskDefinition?.taskDefinitionArn }),
    )
    const { services } = await others.ecs.send(
      new DescribeServicesCommand({ cluster: 'main', services: [service] }),
    )
    expect(services?.[0]).toMatchObject({ runningCount })
  })
})

it('a zip becomes a function where the account may read it', async () => {
  const [S3Bucket, S3Key] = [`code-${count}`, 'zip']
  await own.s3.send(new CreateBucketCommand({ Bucket: S3Bucket }))
  await own.s3.send(new PutObjectCommand({ Bucket: S3Bucket, Key: S3Key, Body: sampleZip('zip') }))
  expect(await refusal(makeFunction({ S3Bucket, S3Key }))).toEqual({
    name: 'AccessDeniedException',
    status: 403,
  })
  const statement = { ...account, Action: 's3:GetObject', Resource: `arn:aws:s3:::${S3Bucket}/*` }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await own.s3.send(new PutBucketPolicyCommand({ Bucket: S3Bucket, Policy }))
  expect(await makeFunction({ S3Bucket, S3Key })).toMatchObject({ FunctionName: `f-${count}` })
})
