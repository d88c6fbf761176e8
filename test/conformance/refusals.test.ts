import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteSubnetCommand } from '@aws-sdk/client-ec2'
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { DeleteRoleCommand } from '@aws-sdk/client-iam'
import { DeleteBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../emulator/clients.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { parseEndpoint } from './endpoint.ts'
import { requireConfirmation } from './identify.ts'
import { commonPrefix, namesOf, refuseOthers, refuseOthersIn } from './names.ts'
import { openTarget } from './target.ts'

let home: string
let emulator: Emulator
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'waybill-conformance-'))
  emulator = await startEmulator()
})
afterAll(async () => {
  await emulator.close()
  await rm(home, { recursive: true, force: true })
})

const conformance = (env: Record<string, string>, timeout = 50_000) =>
  run(process.execPath, ['test/conformance/main.ts'], {
    cwd: projectRoot,
    env: { ...bareEnvironment(home), AWS_EC2_METADATA_DISABLED: 'true', ...env },
    timeout,
  })

describe('ENDPOINT', () => {
  it('is the emulator when it is left out, a URL, or aws', () => {
    expect([undefined, '', 'aws', 'http://127.0.0.1:4599/'].map(parseEndpoint)).toEqual([
      { kind: 'emulator' },
      { kind: 'emulator' },
      { kind: 'aws' },
      { kind: 'url', url: 'http://127.0.0.1:4599' },
    ])
  })

  it.each([
    'garbage',
    'AWS',
    'ftp://127.0.0.1',
    'http://127.0.0.1/path',
    'http://user@127.0.0.1',
    'https://s3.eu-west-1.amazonaws.com',
    'https://api.ecr.eu-west-1.amazonaws.com.cn',
    'https://ecr.eu-west-1.api.aws',
  ])('is refused as %s', text => {
    expect(() => parseEndpoint(text)).toThrow(/^ENDPOINT /)
  })
})

describe('what a run may touch', () => {
  const { prefix, buckets, repositories } = namesOf('0123456789')

  it.each([
    ['PutObjectCommand', { Bucket: buckets.plain }],
    ['CopyObjectCommand', { Bucket: buckets.plain, CopySource: `/${buckets.versioned}/key` }],
    ['PutImageCommand', { repositoryName: repositories.fixed }],
    ['GetCallerIdentityCommand', {}],
  ])('%s %j', (command, input) => {
    expect(() => refuseOthers(prefix, command, input)).not.toThrow()
  })

  it.each([
    ['DeleteBucketCommand', { Bucket: 'artifacts' }],
    ['DeleteBucketCommand', { Bucket: `${commonPrefix}of-another-run` }],
    ['CopyObjectCommand', { Bucket: buckets.plain, CopySource: 'artifacts/key' }],
    ['DeleteRepositoryCommand', { repositoryName: 'service-a-image' }],
    ['DescribeRepositoriesCommand', {}],
    ['ListBucketsCommand', {}],
  ])('is not %s %j', (command, input) => {
    expect(() => refuseOthers(prefix, command, input)).toThrow(/would touch/)
  })

  it.each([
    ['lambda', 'UpdateAliasCommand', { FunctionName: `${prefix}function`, Name: 'live' }],
    ['lambda', 'GetAliasCommand', { FunctionName: 'any', Name: 'live' }],
    ['cloudwatch', 'PutMetricAlarmCommand', { AlarmName: `${prefix}alarm`, Namespace: 'AWS/Lambda' }],
    ['cloudwatch', 'PutMetricDataCommand', { Namespace: `${prefix}metrics`, MetricData: [] }],
    ['iam', 'CreateRoleCommand', { RoleName: `${prefix}role` }],
  ] as const)('%s: %s %j', (service, command, input) => {
    expect(() => refuseOthersIn(service, prefix, command, input)).not.toThrow()
  })

  it.each([
    ['lambda', 'UpdateAliasCommand', { FunctionName: 'live', Name: `${prefix}a` }],
    ['lambda', 'CreateFunctionCommand', { FunctionName: `${prefix}a`, Role: 'arn:aws:iam::1:role/admin' }],
    ['cloudwatch', 'DeleteAlarmsCommand', { AlarmNames: [`${prefix}alarm`, 'another'] }],
    ['cloudwatch', 'PutMetricDataCommand', { Namespace: 'Billing', MetricData: [] }],
    ['iam', 'DeleteRoleCommand', { RoleName: 'deploy' }],
    ['ecs', 'DeleteClusterCommand', { cluster: 'main' }],
  ] as const)('is not %s: %s %j', (service, command, input) => {
    expect(() => refuseOthersIn(service, prefix, command, input)).toThrow(/would touch/)
  })

  it('is checked for every call, before it is sent', async () => {
    const target = await openTarget({ endpoint: { kind: 'emulator' }, run: '0123456789', env: {} })
    const call = target.s3.send(new DeleteBucketCommand({ Bucket: 'artifacts' }))
    await expect(call).rejects.toThrow(/would touch artifacts/)
    const write = target.iam.send(new DeleteRoleCommand({ RoleName: 'deploy' }))
    await expect(write).rejects.toThrow(/would touch deploy/)
    const start = target.ec2.send(new DeleteSubnetCommand({ SubnetId: 'subnet-1' }))
    await expect(start).rejects.toThrow(/DeleteSubnetCommand is not a read/)
    await target.close()
  })
})

describe('a real account', () => {
  const caller = { account: '111111111111', arn: 'arn:aws:iam::111111111111:user/me' }

  it('is taken only when CONFIRM names it', () => {
    expect(() => requireConfirmation(caller, 'us-east-1', '111111111111')).not.toThrow()
    for (const confirm of [undefined, '', 'yes', '222222222222']) {
      expect(() => requireConfirmation(caller, 'us-east-1', confirm)).toThrow(
        /account 111111111111 \(us-east-1\)/,
      )
    }
    const unknown = { account: 'unknown', arn: 'unknown' }
    expect(() => requireConfirmation(unknown, 'us-east-1', 'unknown')).toThrow()
  })

  it('needs credentials, and no other endpoint', async () => {
    const [without, elsewhere] = await Promise.all([
      conformance({ ENDPOINT: 'aws', CONFIRM: caller.account }),
      conformance({ ENDPOINT: 'aws', CONFIRM: caller.account, ...emulator.env }),
    ])
    expect(without).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Nothing was created'),
    })
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('unset AWS_ENDPOINT_URL') })
    expect(emulator.requests()).toEqual([])
  })
})

it('ends with 2 where something else than AWS answers', async () => {
  const server = createServer((_, answer) => answer.writeHead(404).end('<html>no</html>')).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, stderr } = await conformance({ ENDPOINT: `http://127.0.0.1:${port}` })
  server.close()
  expect([code, stderr]).toEqual([2, expect.stringContaining('answers like no service of AWS')])
})

it('ends with 2 for an invalid ENDPOINT, and with 6 when nothing answers there', async () => {
  const [garbage, silent] = await Promise.all([
    conformance({ ENDPOINT: 'garbage' }),
    conformance({ ENDPOINT: 'http://127.0.0.1:1' }),
  ])
  expect(garbage).toMatchObject({ code: 2, stderr: expect.stringContaining("nor 'aws'") })
  expect(silent).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('nothing answers at http://127.0.0.1:1'),
  })
})

it('fails where an endpoint does something else, and leaves nothing there all the same', async () => {
  emulator.inject({ operation: 'CompleteMultipartUpload', kind: 'access-denied' })
  const { code, stdout } = await conformance({ ENDPOINT: emulator.url }, 110_000)
  emulator.clearFaults()
  expect(code, stdout).toBe(1)
  const outcomes = stdout.split('\n').filter(line => /^ [✓×] /.test(line))
  const completing = outcomes.filter(line => /multipart object|CompleteMultipartUpload/.test(line))
  expect(completing.length).toBeGreaterThan(0)
  expect(outcomes.filter(line => line.startsWith(' ×'))).toEqual(completing)
  expect(stdout).toMatch(/is left\.\n$/)
  const { s3, ecr } = clientsFor(emulator)
  expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([])
})
