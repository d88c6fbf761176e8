import { PublishVersionCommand, UpdateAliasCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PlanAnswer } from '../../../../scripts/cli/answers/plan.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { settled } from '../../../emulator/lambda/calls.ts'
import { sampleZip } from '../../../emulator/sample-zip.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { zipService } from '../../../support/world.ts'

const staging = { ENV: 'staging' }
const b = { ...staging, SERVICE: 'b' }
const FunctionName = 'service-b-staging'
const TAG = 'service-b-v1.0.0'
const onFinished = afterSuite()
let world: DeployWorld

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('code that somebody uploads to a function', () => {
  beforeAll(async () => {
    const files = { ...zipService('service-b'), ...zipService('service-c') }
    world = await makeDeployWorld({ files, repositories: [], onFinished })
    await world.ship('service-b', '1.0.0')
    await world.ship('service-c', '1.0.0')
    expectDone(await world.waybill('deploy', staging))
  })

  it('is named by plan ALL=1 and trace while it waits, and the next deploy refuses it', async () => {
    expect(await drift()).toEqual({ 'service-b': [], 'service-c': [] })
    expect((await world.waybill('trace', { TAG })).stdout).toMatch(
      / ✔ runs staging +STAGING sends to version 1; applied is version 1; sha256:[0-9a-f]{64}\n/,
    )
    const digest = await upload()
    expect(await drift()).toEqual({ 'service-b': [{ state: 'holds', digest }], 'service-c': [] })
    const { stdout } = await world.waybill('plan', { ...staging, ALL: '1' })
    expect(stdout).toContain(`  ✖ service-b: its next revision would run ${digest}, but ${TAG} is sha256:`)
    expect(stdout).toContain('Deploying another release replaces it')
    expect(stdout).toContain('service-b: not only what was released is there')
    expect(await world.waybill('trace', { TAG })).toMatchObject({
      code: 3,
      stdout: expect.stringContaining(`its next revision would run ${digest}`),
    })
    await changeSettings(1)
    world.emulator.clearRequests()
    const refused = await world.waybill('deploy', b)
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`its digest is ${digest}, but that of the release is sha256:`),
    })
    expect(refused.stderr).toContain('This run published none of it and sent no traffic to it.')
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
  })

  it('is named where it has the traffic, and where an applied version has it', async () => {
    const { lambda } = clientsFor(world.emulator)
    await lambda.send(new PublishVersionCommand({ FunctionName }))
    const move = (FunctionVersion: string) =>
      lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'STAGING', FunctionVersion }))
    await move('2')
    expect((await drift())['service-b']).toMatchObject([{ state: 'runs' }, { state: 'holds' }])
    expect((await world.waybill('trace', { TAG })).stdout).toContain(
      '✖ runs staging         STAGING sends to version 2; applied is version 1; it runs sha256:',
    )
    expect(await world.waybill('deploy', b)).toMatchObject({ code: 3 })
    await move('1')
    await applyForeignVersion()
    expect((await drift())['service-b']).toMatchObject([{ state: 'holds' }])
    const refused = await world.waybill('deploy', b)
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('it runs sha256:') })
    expect(refused.stderr).toContain('No traffic was sent to it.')
  })

  it('is replaced by another release, after which the first can be deployed again', async () => {
    await world.ship('service-b', '1.1.0')
    expectDone(await world.waybill('deploy', b))
    expect(await drift()).toEqual({ 'service-b': [], 'service-c': [] })
    expectDone(await world.waybill('pin', { ...staging, TAG, ALLOW_OLDER: '1' }))
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    expect((await world.waybill('trace', { TAG })).stdout).toContain(
      '– runs staging         not deployed yet: service-b-v1.1.0 is applied',
    )
    expectDone(await world.waybill('deploy', b))
    expect(await drift()).toEqual({ 'service-b': [], 'service-c': [] })
    expectDone(await world.waybill('trace', { TAG }))
  })

  it('does not hide what the other services run if one cannot be read', async () => {
    // Terraform's refresh does not read a version.
    const ofC = ({ operation, resource }: { operation: string; resource: string }) =>
      operation === 'GetFunction' && resource === 'service-c-staging:1'
    const clear = world.emulator.inject({ operation: ofC, kind: 'access-denied' })
    const { code, stdout } = await world.waybill('plan', { ...staging, ALL: '1', JSON: '1' })
    const trace = await world.waybill('trace', { TAG: 'service-c-v1.0.0' })
    clear()
    const { pointers, orphans, error } = JSON.parse(stdout)
    expect(code).toBe(2)
    expect(pointers).toMatchObject([{ service: 'service-b', isApplied: true, foreign: [] }])
    expect(orphans).toEqual([])
    expect(error.problem).toMatch(/^cannot (read|compare) .*service-c-staging/)
    expect(trace.code).toBe(0)
    expect(trace.stdout).toMatch(/– runs staging {9}not checked: cannot .*service-c-staging/)
    expect(trace.stdout).toContain('Every link that was checked holds.')
  })
})

/** What a deploy by an earlier Waybill leaves: the state says that the version that somebody made is applied. */
async function applyForeignVersion(): Promise<void> {
  const { s3 } = clientsFor(world.emulator)
  const target = { Bucket: 'waybill-state-111111111111-eu-central-1', Key: 'staging/service-b.tfstate' }
  const { Body } = await s3.send(new GetObjectCommand(target))
  const state = JSON.parse((await Body?.transformToString()) ?? '')
  state.serial += 1
  state.outputs.applied.value.revision = '2'
  await s3.send(new PutObjectCommand({ ...target, Body: JSON.stringify(state) }))
}

async function drift(): Promise<Record<string, readonly { state: string; digest: string }[]>> {
  const { pointers = [] } = await world.json<PlanAnswer>('plan', { ...staging, ALL: '1' })
  return Object.fromEntries(pointers.map(({ service, foreign }) => [service, foreign]))
}

async function upload(): Promise<string> {
  const { lambda } = clientsFor(world.emulator)
  const ZipFile = sampleZip('by hand')
  const { CodeSha256 = '' } = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))
  await settled(lambda, FunctionName)
  return `sha256:${Buffer.from(CodeSha256, 'base64').toString('hex')}`
}

function changeSettings(value: number) {
  const settings = { variables: { VALUE: String(value) } }
  return world.commit({
    'services/service-b/service.json':
      zipService('service-b', { settings })['services/service-b/service.json'] ?? '',
  })
}
