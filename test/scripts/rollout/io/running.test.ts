import { UpdateAliasCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Stores } from '../../../../scripts/artifacts/io/stores.ts'
import type { Digest } from '../../../../scripts/names/digest.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import { readRunning } from '../../../../scripts/rollout/io/running.ts'
import { describeForeign } from '../../../../scripts/rollout/running.ts'
import { settled } from '../../../emulator/lambda/calls.ts'
import { sampleZip } from '../../../emulator/sample-zip.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { type Stand, startStand, storesWith } from '../../kinds/io/stands/stand.ts'

// What holds for every kind is in test/scripts/kinds/io/contract.test.ts.

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

type Applied = Awaited<ReturnType<ReturnType<typeof applyFunction>>>

const applied = applyFunction('lambda-zip')
const released = ({ rollout }: Applied) => rollout.digests[0] as Digest

async function running(one: Applied, digest = released(one)) {
  return await readRunning(
    stand.tools().movers,
    await storesWith(stand, one.rollout, digest),
    one.rollout.applied,
  )
}

async function upload(FunctionName: string, Publish = false): Promise<Digest> {
  const { lambda } = stand.clients
  const ZipFile = sampleZip('by hand')
  const { CodeSha256 = '' } = await lambda.send(
    new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish }),
  )
  await settled(lambda, FunctionName)
  return `sha256:${Buffer.from(CodeSha256, 'base64').toString('hex')}` as Digest
}

it('code that was put into a function waits for the next version', async () => {
  const one = await applied(stand)
  await rollOut(stand.tools(), one.rollout)
  const digest = await upload(one.name)
  const seen = await running(one)
  expect(seen).toMatchObject({ isApplied: true, foreign: [{ state: 'holds', digest }] })
  expect(seen.foreign.map(foreign => describeForeign(seen, foreign))).toEqual([
    `its next revision would run ${digest}, but service-a-v1.1.0 is ${released(one)}`,
  ])
})

it('an applied version that a rollout refused is held, and what its alias sends to runs', async () => {
  const one = await applied(stand)
  const digest = released(one)
  const other = `sha256:${'0'.repeat(64)}` as Digest
  const { foreign } = await running(one, other)
  expect(foreign).toEqual([
    { state: 'runs', digest: expect.not.stringContaining(digest) },
    { state: 'holds', digest },
  ])
})

it('a version that was verified is compared with its own release', async () => {
  const one = await applied(stand)
  const { movers } = stand.tools()
  const verified = [{ tag: 'service-a-v1.0.0', revision: '1' }]
  const found = await running(one)
  const [digest] = found.foreign.map(foreign => foreign.digest) as [Digest]
  const runs = async (stores: Stores) => {
    const seen = await readRunning(movers, stores, one.rollout.applied, verified)
    return seen.foreign.filter(({ state }) => state === 'runs').length
  }
  const { tag } = verified[0] as { tag: string }
  const before = { ...one.rollout, applied: { ...one.rollout.applied, tag } }
  expect(await runs(await storesWith(stand, before, digest))).toBe(0)
  expect(await runs(await storesWith(stand, before, released(one)))).toBe(1)
})

it('each version that has a share of the traffic is compared', async () => {
  const one = await applied(stand)
  await rollOut(stand.tools(), one.rollout)
  const digest = await upload(one.name, true)
  const RoutingConfig = { AdditionalVersionWeights: { '3': 0.1 } }
  const asked = { FunctionName: one.name, Name: 'STAGING', FunctionVersion: '2', RoutingConfig }
  await stand.clients.lambda.send(new UpdateAliasCommand(asked))
  expect(await running(one)).toMatchObject({
    isApplied: false,
    foreign: [
      { state: 'runs', digest },
      { state: 'holds', digest },
    ],
  })
})

it('without a release record everything that runs is foreign', async () => {
  const one = await applied(stand)
  await rollOut(stand.tools(), one.rollout)
  const stores = await storesWith(stand, one.rollout, released(one))
  const { bucket } = stores
  await stand.clients.s3.send(
    new DeleteObjectCommand({ Bucket: bucket, Key: 'releases/service-a-v1.1.0.json' }),
  )
  const seen = await readRunning(stand.tools().movers, stores, one.rollout.applied)
  expect(seen).toMatchObject({ released: undefined, foreign: [{ state: 'runs', digest: released(one) }] })
  expect(seen.foreign.map(foreign => describeForeign(seen, foreign))).toEqual([
    `it runs ${released(one)}, but service-a-v1.1.0 has no release record`,
  ])
})
