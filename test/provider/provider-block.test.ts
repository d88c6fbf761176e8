import { DescribeRepositoriesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { configuration } from './configurations.ts'
import type { Stand } from './stand.ts'
import { createStand } from './stand.ts'
import { hasTerraform } from './workspace.ts'

let stand: Stand
beforeAll(async () => {
  stand = await createStand()
})
afterAll(() => stand.close())

const repository = (name: string, tags: object) => ({
  ...configuration({ resource: { aws_ecr_repository: { it: { name, tags } } } }),
})

async function tagsOf(name: string, account: string, region: string) {
  const env = stand.emulator.credentials({ account })
  const { ecr } = clientsFor(stand.emulator, { env, region })
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))
  const resourceArn = repositories?.[0]?.repositoryArn
  const { tags } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }))
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]))
}

describe.skipIf(!(await hasTerraform()))('the provider block', () => {
  it('gives every resource its tags, which those of the resource override', async () => {
    const default_tags = [{ tags: { owner: 'platform', stage: 'staging' } }]
    const block = { region: 'us-east-1', allowed_account_ids: ['111111111111'], default_tags }
    const tagged = (tags: object) => ({ ...repository('tagged', tags), provider: { aws: block } })
    const { apply, terraform, write } = await stand.workspace(tagged({ owner: 'freight' }))
    await apply()
    expect(await tagsOf('tagged', '111111111111', 'us-east-1')).toEqual({
      owner: 'freight',
      stage: 'staging',
    })
    expect((await terraform('plan', '-detailed-exitcode')).code).toBe(0)
    await write(tagged({ of: 'a' }))
    expect((await terraform('plan')).stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy.')
    await apply()
    expect(await tagsOf('tagged', '111111111111', 'us-east-1')).toEqual({
      of: 'a',
      owner: 'platform',
      stage: 'staging',
    })
  })

  it('sets the region and, through the role that it assumes, the account', async () => {
    const assume_role = [{ role_arn: 'arn:aws:iam::444444444444:role/deploys' }]
    const content = {
      ...repository('abroad', { a: 'b' }),
      provider: { aws: { region: 'eu-west-1', assume_role } },
    }
    await (await stand.workspace(content)).apply()
    expect(await tagsOf('abroad', '444444444444', 'eu-west-1')).toEqual({ a: 'b' })
  })

  it('can occur several times, each for its own region', async () => {
    const regions = ['us-east-1', 'eu-west-1']
    const [first, second] = regions.map(region => ({
      alias: region,
      region,
      allowed_account_ids: ['555555555555'],
    }))
    const made = Object.fromEntries(
      regions.map(region => [region, { name: `in-${region}`, provider: `aws.${region}`, tags: { region } }]),
    )
    const content = {
      ...configuration({ resource: { aws_ecr_repository: made } }),
      provider: { aws: [first, second] },
    }
    await (await stand.workspace(content)).apply()
    for (const region of regions)
      expect(await tagsOf(`in-${region}`, '555555555555', region)).toEqual({ region })
  })
})
