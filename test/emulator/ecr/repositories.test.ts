import {
  BatchGetImageCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ecrCalls } from '../calls.ts'
import { clientsFor, refusal } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { rawCalls } from '../raw-calls.ts'
import { pushImage, sampleImage } from '../sample-image.ts'

let emulator: Emulator
let ecr: ReturnType<typeof clientsFor>['ecr']
const image = sampleImage('one')

beforeAll(async () => {
  emulator = await startEmulator()
  ecr = clientsFor(emulator).ecr
})
afterAll(() => emulator.close())

const { repository, get } = ecrCalls(() => ecr)

describe('repositories', () => {
  it('belong to an account and a region', async () => {
    await repository('mine')
    const elsewhere = clientsFor(emulator, { region: 'eu-west-1' }).ecr
    const stranger = clientsFor(emulator, { env: emulator.credentials({ account: '222222222222' }) }).ecr
    const describeMine = new DescribeRepositoriesCommand({ repositoryNames: ['mine'] })
    expect((await refusal(elsewhere.send(describeMine))).name).toBe('RepositoryNotFoundException')
    const request = { registryId: emulator.account, repositoryName: 'mine', imageIds: [{ imageTag: 'a' }] }
    expect((await refusal(stranger.send(new BatchGetImageCommand(request)))).name).toBe(
      'AccessDeniedException',
    )
    const statement = { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: ['ecr:BatchGetImage'] }
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'mine', policyText }))
    expect((await stranger.send(new BatchGetImageCommand(request))).failures).toHaveLength(1)
  })

  it('say whether they would scan what is pushed', async () => {
    const repositoryName = await repository('scanned')
    const imageScanningConfiguration = { scanOnPush: true }
    await ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }))
    const found = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }))
    expect(found.repositories?.[0]?.imageScanningConfiguration).toEqual(imageScanningConfiguration)
  })

  it('are made once and deleted when empty, or by force', async () => {
    const repositoryName = await repository('twice')
    expect((await refusal(repository('twice'))).name).toBe('RepositoryAlreadyExistsException')
    await pushImage(ecr, repositoryName, image, 'a')
    expect((await refusal(ecr.send(new DeleteRepositoryCommand({ repositoryName })))).name).toBe(
      'RepositoryNotEmptyException',
    )
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
    expect((await refusal(get(repositoryName, { imageTag: 'a' }))).name).toBe('RepositoryNotFoundException')
  })

  it.each(['A', 'Upper/case', 'x', '-a-', 'a//b', 'a b'])('refuse the name %j', async name => {
    expect((await refusal(repository(name))).name).toBe('InvalidParameterException')
  })

  it('keep policies and resource tags, and say when there are none', async () => {
    const repositoryName = await repository('documents')
    const missing = await refusal(ecr.send(new GetLifecyclePolicyCommand({ repositoryName })))
    expect(missing.name).toBe('LifecyclePolicyNotFoundException')
    expect((await refusal(ecr.send(new GetRepositoryPolicyCommand({ repositoryName })))).name).toBe(
      'RepositoryPolicyNotFoundException',
    )
    const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 }
    const rules = [{ rulePriority: 1, selection, action: { type: 'expire' } }]
    const lifecyclePolicyText = JSON.stringify({ rules }, undefined, 3)
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
    const kept = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))
    expect(kept.lifecyclePolicyText).toBe(lifecyclePolicyText)
    const resourceArn = `arn:aws:ecr:us-east-1:${emulator.account}:repository/${repositoryName}`
    await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'team', Value: 'x' }] }))
    expect((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { Key: 'team', Value: 'x' },
    ])
  })
})

describe('credentials', () => {
  it('of nobody are refused by their AWS name', async () => {
    const nobody = clientsFor(emulator, { env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY' } }).ecr
    const call = new DescribeRepositoriesCommand({})
    expect(await refusal(nobody.send(call))).toEqual({ name: 'UnrecognizedClientException', status: 400 })
  })

  it('for the registry point at the emulator', async () => {
    const [data] = (await ecr.send(new GetAuthorizationTokenCommand({}))).authorizationData ?? []
    expect(data?.proxyEndpoint).toBe(emulator.url)
    expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.+/)
  })

  it('are asked for, and an operation that is not known is named', async () => {
    const target = 'AmazonEC2ContainerRegistry_V20150921.StartImageScan'
    const bare = await fetch(emulator.url, {
      method: 'POST',
      headers: { 'x-amz-target': target },
      body: '{}',
    })
    expect([bare.status, await bare.json()]).toMatchObject([
      400,
      { __type: 'MissingAuthenticationTokenException' },
    ])
    const signed = await rawCalls(() => emulator).json('ecr', target, {})
    expect(signed.body).toMatchObject({
      __type: 'UnknownOperationException',
      message: expect.stringContaining('StartImageScan'),
    })
  })
})
