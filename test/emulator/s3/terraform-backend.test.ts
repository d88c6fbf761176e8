import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { hasTerraform } from '../../provider/workspace.ts'
import { bareEnvironment, run } from '../../support/run.ts'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'

const Bucket = 'state'
const key = 'service-a/staging.tfstate'
let folder: string
let emulator: Emulator
let s3: ReturnType<typeof clientsFor>['s3']

const configuration = (input: string) => ({
  terraform: {
    backend: {
      s3: {
        bucket: Bucket,
        key,
        region: 'us-east-1',
        encrypt: true,
        use_lockfile: true,
        use_path_style: true,
      },
    },
  },
  resource: { terraform_data: { only: { input } } },
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emulator-terraform-'))
  emulator = await startEmulator()
  s3 = clientsFor(emulator).s3
  await s3.send(new CreateBucketCommand({ Bucket }))
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
})
afterEach(() => emulator.clearFaults())
afterAll(async () => {
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
})

function terraform(...args: string[]) {
  const quiet = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' }
  const env = { ...bareEnvironment(folder), ...emulator.env, ...quiet }
  return run('terraform', [`-chdir=${folder}`, ...args, '-no-color'], { cwd: folder, env })
}

async function apply(input: string) {
  await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration(input)))
  return terraform('apply', '-auto-approve')
}

async function stateInputs(): Promise<unknown[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }))
  const state = JSON.parse((await Body?.transformToString()) ?? '') as {
    resources: { instances: { attributes: { input: { value: string } } }[] }[]
  }
  return state.resources.flatMap(({ instances }) => instances.map(({ attributes }) => attributes.input.value))
}

async function keys() {
  return (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? []
}

it.runIf(await hasTerraform())(
  'keeps the state of a terraform program, and lets one run at a time in',
  async () => {
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify(configuration('one')))
    expect(await terraform('init')).toMatchObject({ code: 0 })
    expect(await apply('one')).toMatchObject({ code: 0 })
    expect([await stateInputs(), await keys()]).toEqual([['one'], [key]])

    let second: Awaited<ReturnType<typeof terraform>> | undefined
    emulator.inject({
      operation: ({ operation, resource }) => operation === 'PutObject' && resource === `${Bucket}/${key}`,
      kind: 'delay',
      times: 1,
      action: async () => {
        expect(await keys()).toEqual([key, `${key}.tflock`])
        second = await terraform('apply', '-auto-approve')
      },
    })
    expect(await apply('two')).toMatchObject({ code: 0 })
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Error acquiring the state lock'),
    })
    expect([await stateInputs(), await keys()]).toEqual([['two'], [key]])

    expect(await terraform('destroy', '-auto-approve')).toMatchObject({ code: 0 })
    expect([await stateInputs(), await keys()]).toEqual([[], [key]])
  },
)
