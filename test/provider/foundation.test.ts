import { DescribeRepositoriesCommand, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr'
import { GetBucketVersioningCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { foundation } from './stacks.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

describe.skipIf(!(await hasTerraform()))('an artifact store', () => {
  it('is created, then plans no changes, and is destroyed with its content', async () => {
    const { s3, ecr } = stand.clients
    const { apply, outputs, terraform } = await stand.workspace(foundation('freight'))
    await apply()
    expect(await outputs()).toEqual({
      url: `${new URL(stand.emulator.url).host}/freight`,
      bucket: 'arn:aws:s3:::freight',
    })
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'freight' }))).Status).toBe('Enabled')
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    await s3.send(new PutObjectCommand({ Bucket: 'freight', Key: 'builds/a.zip', Body: 'a' }))
    expect((await terraform('destroy', '-auto-approve')).stdout).toContain('10 destroyed')
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'freight' }))).rejects.toThrow()
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['freight'] }))).rejects.toThrow(
      'does not exist',
    )
  })

  it('restores immutable tags that somebody turned off', async () => {
    const { apply, terraform } = await stand.workspace(foundation('mutable'))
    await apply()
    const change = { repositoryName: 'mutable', imageTagMutability: 'MUTABLE' } as const
    await stand.clients.ecr.send(new PutImageTagMutabilityCommand(change))
    expect((await terraform('plan')).stdout).toMatch(/~ image_tag_mutability += "MUTABLE" -> "IMMUTABLE"/)
    await apply()
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
  })

  it('never settles unless it says that SSE-C is blocked, as it is in new buckets', async () => {
    const silent = structuredClone(foundation('open')) as never as {
      resource: Record<string, Record<string, { rule: { blocked_encryption_types?: string[] } }>>
    }
    const encryption = silent.resource.aws_s3_bucket_server_side_encryption_configuration?.artifacts
    delete encryption?.rule.blocked_encryption_types
    const { apply, terraform } = await stand.workspace(silent)
    await apply()
    const plan = await terraform('plan', '-detailed-exitcode')
    expect([plan.code, plan.stdout]).toEqual([2, expect.stringContaining('- blocked_encryption_types')])
  })

  it('is created in two accounts at once, each with its own credentials', async () => {
    const accounts = ['222222222222', '333333333333']
    const workspaces = await Promise.all(
      accounts.map((account, index) => stand.workspace(foundation(`of-${index}`, account))),
    )
    await Promise.all(workspaces.map(({ apply }) => apply()))
    for (const [index, account] of accounts.entries()) {
      const { ecr } = clientsFor(stand.emulator, { env: stand.emulator.credentials({ account }) })
      const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}))
      expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual([`of-${index}`])
    }
  })
})
