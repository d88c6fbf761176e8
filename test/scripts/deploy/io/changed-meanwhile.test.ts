import { createHash } from 'node:crypto'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseTag, type ReleaseTag } from '../../../../scripts/names/release-tag.ts'
import { yankKey } from '../../../../scripts/names/yank-key.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { runInProcess } from '../../../support/in-process.ts'
import { putObject, readObject, writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { bucket, zipService } from '../../../support/world.ts'

const prod = { ENV: 'prod', SERVICE: 'b' }
const staging = { ENV: 'staging', SERVICE: 'b' }
const tag = 'service-b-v1.0.0'
const release = parseTag(tag) as ReleaseTag
const record = `releases/${tag}.json`
const artifact = `releases/${tag}.zip`
const pinFile = 'cdktf/pins/prod/service-b.json'
const onFinished = afterSuite()
let world: DeployWorld
let pinText: string

/** Deploys to prod, and does something before it answers the question whether to apply the plan. */
async function deployAfter(act: () => Promise<unknown>): Promise<Outcome> {
  const ask = async () => {
    await act()
    world.emulator.clearRequests()
    return 'prod'
  }
  return await runInProcess('deploy', { cwd: world.clone, env: { ...world.env, ...prod }, ask })
}

/** What was asked to change since the question, without the lock of the state. */
function changes(): string[] {
  return writes(world.emulator).filter(write => !/tflock/.test(write))
}

describe.skipIf(!(await hasTerraform()))('a deploy that waits for an answer', () => {
  beforeAll(async () => {
    world = await makeDeployWorld({
      files: { ...zipService('service-b'), ...zipService('service-c') },
      repositories: [],
      onFinished,
    })
    await world.ship('service-b', '1.0.0', 'prod')
    pinText = `${await world.git(['show', `HEAD:${pinFile}`])}\n`
  })

  it.each<[string, () => Promise<unknown>, number, RegExp, () => Promise<unknown>]>([
    [
      'its release was yanked',
      () => world.json('yank', { TAG: tag, REASON: 'loses orders' }),
      3,
      /service-b-v1\.0\.0 was yanked[\s\S]*loses orders/,
      () => remove(yankKey(release)),
    ],
    [
      'the pin moved',
      () => world.ship('service-b', '1.1.0', 'prod'),
      3,
      /the plan is for service-b-v1\.0\.0, but the remote now pins service-b-v1\.1\.0[\s\S]*Nothing was applied\./,
      () => world.commit({ [pinFile]: pinText }),
    ],
    [
      'the pin was removed',
      async () => {
        await world.git(['rm', '--quiet', pinFile])
        await world.commit({}, 'Unpin service-b')
      },
      3,
      /but the remote now pins nothing/,
      () => world.commit({ [pinFile]: pinText }),
    ],
    ['its record is gone', () => take(record), 4, /has no release record/, () => putBack(record)],
    [
      'its record says something else',
      async () => {
        const text = String((await take(record)).bytes)
        await putObject(world, record, text.replace(/"sha256": "\w+"/, `"sha256": "${'0'.repeat(64)}"`))
      },
      3,
      /does not match the release record/,
      () => putBack(record),
    ],
    ['its artifact is gone', () => take(artifact), 3, /the artifact of .* is gone/, () => putBack(artifact)],
    [
      'its artifact was replaced',
      async () => {
        await take(artifact)
        await putObject(world, artifact, 'x', createHash('sha256').update('x').digest('base64'))
      },
      3,
      /is not what was released as service-b-v1\.0\.0/,
      () => putBack(artifact),
    ],
  ])('applies nothing if meanwhile %s', async (_, act, code, problem, undo) => {
    const outcome = await deployAfter(act)
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(problem) })
    expect(changes()).toEqual([])
    await undo()
  })

  it('deploys if only something else has changed', async () => {
    expectDone(await deployAfter(() => world.ship('service-c', '1.0.0', 'prod')))
    expect(changes()).toContain('CreateFunction service-b-prod')
  })
})

describe.skipIf(!(await hasTerraform()))('a pin that moves during the apply', () => {
  it('keeps the traffic where it was, since a rollback may have begun', async () => {
    await world.ship('service-b', '2.0.0')
    expectDone(await world.waybill('deploy', staging))
    await world.ship('service-b', '2.1.0')
    const moved = world.emulator.inject({
      operation: 'UpdateFunctionCode',
      kind: 'delay',
      delayMs: 0,
      times: 1,
      action: () => world.ship('service-b', '2.0.1', 'staging'),
    })
    world.emulator.clearRequests()
    const { code, stderr } = await world.waybill('deploy', staging)
    moved()
    expect(code).toBe(3)
    expect(stderr).toContain('the plan is for service-b-v2.1.0, but the remote now pins service-b-v2.0.1')
    expect(stderr).toContain('The plan was applied, but no traffic was sent to the result.')
    const updates = changes().filter(write => /Function|Alias/.test(write))
    expect(updates.toSorted()).toEqual([
      'UpdateFunctionCode service-b-staging',
      'UpdateFunctionConfiguration service-b-staging',
    ])
    const asked = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    const alias = await clientsFor(world.emulator).lambda.send(new GetAliasCommand(asked))
    expect(alias.FunctionVersion).toBe('1')
  })
})

type Stored = NonNullable<Awaited<ReturnType<typeof readObject>>>
const taken = new Map<string, Stored>()

async function take(key: string): Promise<Stored> {
  const stored = (await readObject(world, key)) as Stored
  taken.set(key, stored)
  await remove(key)
  return stored
}

async function putBack(key: string): Promise<void> {
  const { bytes, sha256 } = taken.get(key) as Stored
  await remove(key)
  await putObject(world, key, bytes, sha256)
}

async function remove(Key: string): Promise<void> {
  await clientsFor(world.emulator).s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
}
