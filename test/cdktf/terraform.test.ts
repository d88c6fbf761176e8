import { createHash } from 'node:crypto'
import { CreateRepositoryCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { pushImage, sampleImage } from '../emulator/sample-image.ts'
import { sampleZip } from '../emulator/sample-zip.ts'
import { type Provider, startProvider } from '../provider/provider.ts'
import { createWorkspace, hasTerraform, type Workspace } from '../provider/workspace.ts'
import { sample } from '../support/sample.ts'
import { makeSurroundings } from '../support/surroundings.ts'
import { environments, type Input, pinned, services } from './catalogue.ts'
import { everyEcsSetting } from './every-ecs-setting.ts'
import { fullFunctions } from './examples/every-lambda-setting.ts'
import { addresses, resource, type Stack, synthesized } from './synthesized.ts'

const route = { priority: 10, paths: ['/quotes/*'], hosts: ['api.example.com'] }
const ecs = (settings: object) => ({ kind: 'ecs-service', settings })
const secrets = { TOKEN: 'arn:aws:ssm:eu-central-1:222222222222:parameter/token' }
const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::orders/*'] }]

/** Services that have every resource type of a service stack, named after what only they have. */
const kinds = {
  zip: {
    kind: 'lambda-zip',
    settings: { variables: { TEXT: '%{b}' }, secrets, permissions, inNetwork: true },
  },
  'lambda-image': { kind: 'lambda-image', settings: { reservedConcurrency: 5, command: ['main.handler'] } },
  ...fullFunctions,
  internal: ecs({ secrets, permissions, count: 2 }),
  rolling: ecs({ route }),
  'blue-green': ecs({ route: { ...route, priority: 11 }, strategy: { type: 'blue-green' } }),
  canary: ecs({ route: { ...route, priority: 12 }, strategy: { type: 'canary', percent: 20 } }),
  everything: ecs(everyEcsSetting),
  linear: ecs({ route: { ...route, priority: 13 }, strategy: { type: 'linear', stepPercent: 25 } }),
}

// These have all resource types; the others have more of their combinations.
const sampled = sample(
  'services for Terraform',
  Object.keys(kinds),
  kind => /^(full-|everything|internal|blue-green)/.test(kind),
  () => true,
)

const zip = sampleZip('release')
const sha256 = createHash('sha256').update(zip).digest('hex')

/** These services in staging, each pinned to what `storeArtifacts` stores. */
function everyKind(): Input {
  const places = environments(json => {
    delete json.environments.prod
  })
  const input = pinned(services(kinds), places)
  const stacks = input.stacks.map(one =>
    'sha256' in one.pin ? { ...one, pin: { ...one.pin, sha256 } } : one,
  )
  return { ...input, stacks }
}

type Stand = { readonly emulator: Emulator; readonly provider: Provider }

async function startStand({ environments: { artifacts, environments: named } }: Input): Promise<Stand> {
  const emulator = await startEmulator({ account: artifacts.account, region: artifacts.region })
  makeSurroundings(emulator, Object.values(named))
  return { emulator, provider: await startProvider({ endpoint: emulator.url }) }
}

async function stopStand({ emulator, provider }: Stand): Promise<void> {
  await provider.close()
  await emulator.close()
}

/** Stores the artifacts of the stacks, with the policies that the foundation gives the accounts that run them. */
async function storeArtifacts(
  { emulator }: Stand,
  { environments: { artifacts }, stacks, services: all }: Input,
  foundation: Stack,
): Promise<void> {
  const { ecr, s3 } = clientsFor(emulator)
  const LocationConstraint = artifacts.region as 'eu-central-1'
  await s3.send(
    new CreateBucketCommand({ Bucket: artifacts.bucket, CreateBucketConfiguration: { LocationConstraint } }),
  )
  const policyOf = (address: string) => String(resource(foundation, address).policy)
  for (const { service, pin } of stacks) {
    if (all[service]?.kind === 'lambda-zip') {
      await s3.send(
        new PutObjectCommand({ Bucket: artifacts.bucket, Key: `releases/${pin.tag}.zip`, Body: zip }),
      )
      continue
    }
    await ecr.send(new CreateRepositoryCommand({ repositoryName: `${service}-image` }))
    await pushImage(ecr, `${service}-image`, sampleImage(service), pin.tag)
    const policyText = policyOf(`aws_ecr_repository_policy.${service}`)
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: `${service}-image`, policyText }))
  }
  // Last, since both environments are given the same zip, and the policy allows to write it once.
  const Policy = policyOf('aws_s3_bucket_policy.artifacts')
  await s3.send(new PutBucketPolicyCommand({ Bucket: artifacts.bucket, Policy }))
}

describe.runIf(await hasTerraform())('the real terraform program, with the stand-in provider', () => {
  const input = everyKind()
  const stacks = synthesized(input)
  const stackOf = (id: string) => stacks[id] as Stack
  const workspaces: Workspace[] = []
  let stand: Stand
  let empty: Stand

  beforeAll(async () => {
    stand = await startStand(input)
    empty = await startStand(input)
    await storeArtifacts(stand, input, stackOf('foundation'))
  })
  afterAll(async () => {
    await stopStand(stand)
    await stopStand(empty)
    for (const workspace of workspaces) await workspace.remove()
  })

  async function workspaceOf({ provider }: Stand, stack: Stack): Promise<Workspace> {
    const workspace = await createWorkspace(provider, withoutRemoteState(stack))
    workspaces.push(workspace)
    return workspace
  }

  async function goesThrough(workspace: Workspace, stack: Stack): Promise<void> {
    const { terraform } = workspace
    const valid = { valid: true, warning_count: 0 }
    expect(JSON.parse((await terraform('validate', '-json')).stdout)).toMatchObject(valid)
    await workspace.apply()
    expect(await addressesIn(workspace)).toEqual(addresses(stack))
    expect(await terraform('plan', '-detailed-exitcode')).toMatchObject({ code: 0 })
    expect(await terraform('destroy', '-auto-approve')).toMatchObject({ code: 0 })
    expect(await addressesIn(workspace)).toEqual([])
  }

  it.concurrent.each(sampled)(
    '%s is valid, applies, then plans no changes, and can be destroyed',
    async kind => {
      const stack = stackOf(`${kind}-staging`)
      await goesThrough(await workspaceOf(stand, stack), stack)
    },
  )

  it('the foundation is valid, applies, then plans no changes, and is destroyed only without its protection', async () => {
    const stack = stackOf('foundation')
    const workspace = await workspaceOf(empty, stack)
    await workspace.apply()
    const { code, stderr } = await workspace.terraform('plan', '-destroy')
    expect(code).toBe(1)
    expect(stderr).toContain('Instance cannot be destroyed')
    await workspace.write(withoutRemoteState(unprotected(stack)))
    await goesThrough(workspace, stack)
  })
})

/** The sorted addresses in the state of a workspace. */
async function addressesIn({ terraform }: Workspace): Promise<string[]> {
  const { values } = JSON.parse((await terraform('show', '-json')).stdout) as {
    values?: { root_module?: { resources?: { address: string }[] } }
  }
  return (values?.root_module?.resources ?? []).map(({ address }) => address).toSorted()
}

/** The same stack with a local state; the tests of make deploy cover the S3 backend. */
function withoutRemoteState(stack: Stack): object {
  const { backend: _, ...terraform } = stack.terraform
  return { ...stack, terraform }
}

/** The same stack without protection from destruction. */
function unprotected(stack: Stack): Stack {
  return JSON.parse(
    JSON.stringify(stack).replaceAll('"prevent_destroy":true', '"prevent_destroy":false'),
  ) as Stack
}
