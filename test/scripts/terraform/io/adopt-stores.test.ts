import {
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr'
import { expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { startProvider } from '../../../provider/provider.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { expectDone } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { imageService, makeWorld } from '../../../support/world.ts'

const onFinished = afterSuite()
const repositoryName = 'acme/parcels'
const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 }
const lifecyclePolicyText = JSON.stringify({
  rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }],
})

it.skipIf(!(await hasTerraform()))(
  'stores that exist are taken over by one command, with what they have',
  async () => {
    const world = await makeWorld({
      files: { ...imageService('parcels', { repository: repositoryName }), '.gitignore': 'cdktf.out\n' },
      repositories: [repositoryName],
      onFinished,
    })
    const provider = await startProvider({ endpoint: world.emulator.url })
    onFinished(() => provider.close())
    Object.assign(world.env, provider.env)
    const { ecr } = clientsFor(world.emulator)
    await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))

    const refused = await world.waybill('bootstrap')
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('ADOPT=1') })
    const dry = expectDone(await world.waybill('bootstrap', { ADOPT: '1', DRY_RUN: '1' }))
    expect(dry.stdout).toContain('= aws_s3_bucket.artifacts is taken over: acme-artifacts')
    expect(dry.stdout).toContain('= aws_ecr_repository.parcels is taken over: acme/parcels')
    expect(dry.stdout).toContain('image_tag_mutability: IMMUTABLE → IMMUTABLE_WITH_EXCLUSION')
    expectDone(await world.waybill('bootstrap', { ADOPT: '1' }))

    world.emulator.clearRequests()
    const again = expectDone(await world.waybill('bootstrap', { ADOPT: '1' }))
    expect(again.stdout).toContain('the foundation: no changes')
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
    const kept = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))
    expect(kept.lifecyclePolicyText).toBe(lifecyclePolicyText)
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}))
    expect(repositories[0]).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filter: 'latest', filterType: 'WILDCARD' }],
    })
  },
)
