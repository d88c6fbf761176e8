import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand, DeleteTopicCommand } from '@aws-sdk/client-sns'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { connectS3 } from '../../../../scripts/aws/io/s3.ts'
import type { NoticeSettings } from '../../../../scripts/catalogue/notice-settings.ts'
import { noticeSettings } from '../../../../scripts/catalogue/notice-settings.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import type { Deployment, Entry, LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import { announce, type NoticeTools } from '../../../../scripts/notify/io/announce.ts'
import { channelsOf } from '../../../../scripts/notify/io/channels.ts'
import { announcing } from '../../../../scripts/notify/io/tell.ts'
import { findUnsent } from '../../../../scripts/notify/io/unsent.ts'
import { noticeWithoutEntry } from '../../../../scripts/notify/notice.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import type { Emulator } from '../../../emulator/emulator.ts'
import { settingsOf } from '../../../support/aws-settings.ts'
import { type ChannelServer, startChannels } from '../../../support/channels.ts'
import { bucketOfLedger, ledgersIn, ledgerWorld } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { digest } from '../../samples.ts'

const alice = { arn: 'arn:aws:sts::222222222222:assumed-role/admin/alice' }
const held: LedgerEvent = { type: 'held', reason: 'loses <!here> orders' }
const deployment: Deployment = {
  tag: 'service-b-v1.0.0',
  digest: digest('a'),
  settings: digest('5'),
  commit: 'c'.repeat(40) as Deployment['commit'],
  applied: { kind: 'lambda-zip', tag: 'service-b-v1.0.0', revision: '1' },
}
const secretless = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:none-AbCdEf'
let emulator: Emulator
let ledger: Ledger
let server: ChannelServer
let slept: number[]

beforeEach(async () => {
  const world = await ledgerWorld()
  emulator = world.emulator
  slept = []
  const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) }
  ledger = await ledgersIn(emulator, undefined, undefined, clock)
  server = await startChannels(onTestFinished)
})

async function topicArn(): Promise<string> {
  return (await clientsFor(emulator).sns.send(new CreateTopicCommand({ Name: 'ends' }))).TopicArn ?? ''
}

async function secretWith(SecretString: string): Promise<string> {
  const { secrets } = clientsFor(emulator)
  return (
    (await secrets.send(new CreateSecretCommand({ Name: `hook${server.received.length}`, SecretString })))
      .ARN ?? ''
  )
}

const webhook = () => secretWith(`${server.url}/hook\n`)

async function toolsFor(
  wanted: Partial<NoticeSettings>,
  more: { readonly timeoutMs?: number; readonly token?: string; readonly summary?: string } = {},
): Promise<NoticeTools> {
  const { timeoutMs = 5000, token, summary } = more
  const settings = settingsOf(emulator, { account: '222222222222', timeoutMs })
  const clock = { ...systemClock, sleep: async (ms: number) => void slept.push(ms) }
  const repository = 'acme/parcels'
  const place = token === undefined ? undefined : { repository, api: `${server.url}/api`, token }
  const means = { settings, sending: { clock, timeoutMs }, github: { repository, place }, summary }
  return {
    channels: channelsOf(noticeSettings.parse(wanted), means),
    clock,
    markers: await connectS3(settings, bucketOfLedger, clock),
    read: (of, sequence) => ledger.read(of, sequence),
  }
}

const write = async (event: LedgerEvent) => (await ledger.append(target, alice, () => event)) as Entry
const results = async (tools: NoticeTools, entry: Entry) =>
  (await announce(tools, entry)).map(({ channel, result }) => [channel, result])

describe('an entry', () => {
  it('is announced once in each channel, with its id', async () => {
    const summary = join(await mkdtemp(join(tmpdir(), 'waybill-test-')), 'summary.md')
    onTestFinished(() => rm(join(summary, '..'), { recursive: true }))
    const wanted = { topic: await topicArn(), webhook: await webhook(), jobSummary: true }
    const tools = await toolsFor(wanted, { summary })
    const entry = await write(held)
    expect(await results(tools, entry)).toEqual([
      ['topic', 'sent'],
      ['webhook', 'sent'],
      ['summary', 'sent'],
    ])
    expect(await results(tools, entry)).toEqual([])
    const [published, ...others] = emulator.published()
    expect(others).toEqual([])
    expect(published).toMatchObject({
      subject: 'Deploys of service-b to staging are held',
      attributes: { entry: entry.id, event: 'held', service: 'service-b', environment: 'staging' },
    })
    expect(server.said()).toEqual([expect.stringContaining('Reason: `loses &lt;!here&gt; orders`')])
    for (const said of [published?.message, ...server.said(), await readFile(summary, 'utf8')])
      expect(said).toContain(entry.id)
  })

  it('is a deployment of GitHub, with a status and a record, under the token', async () => {
    const wanted = { githubDeployments: true, githubRecords: true }
    const tools = await toolsFor(wanted, { token: 'secret' })
    await write({ type: 'started', deployment })
    const entry = await write({ type: 'verified', started: 1, deployment })
    expect(await results(tools, entry)).toEqual([
      ['github-deployment', 'sent'],
      ['github-record', 'sent'],
    ])
    const sent = server.received.map(({ line, body }) => [line.split('?')[0], body])
    expect(sent).toContainEqual([
      'POST /api/repos/acme/parcels/deployments',
      expect.objectContaining({
        ref: 'service-b-v1.0.0',
        environment: 'staging',
        payload: { entry: entry.id },
      }),
    ])
    expect(sent).toContainEqual([
      'POST /api/repos/acme/parcels/deployments/1/statuses',
      expect.objectContaining({ state: 'success', environment: 'staging' }),
    ])
    expect(sent).toContainEqual([
      'POST /api/orgs/acme/artifacts/metadata/deployment-record',
      expect.objectContaining({ digest: digest('a'), status: 'deployed', version: '1.0.0' }),
    ])
    expect(new Set(server.received.map(({ token }) => token))).toEqual(new Set(['Bearer secret']))
  })

  it('has one deployment of GitHub, although its status was refused at first', async () => {
    const tools = await toolsFor({ githubDeployments: true }, { token: 'secret' })
    await write({ type: 'started', deployment })
    const entry = await write({ type: 'verified', started: 1, deployment })
    const broken = { ...tools, markers: { ...tools.markers, putNew: () => tools.markers.list('') } }
    await announce(broken, entry)
    expect(await results(tools, entry)).toEqual([['github-deployment', 'sent']])
    const made = server.received.filter(({ line }) => line === 'POST /api/repos/acme/parcels/deployments')
    expect(made).toHaveLength(1)
  })

  it('waits for somebody with a token where there is none, and has no deployment of a hold', async () => {
    const tools = await toolsFor({ githubDeployments: true })
    await write({ type: 'started', deployment })
    const entry = await write({ type: 'verified', started: 1, deployment })
    expect(await results(tools, entry)).toEqual([['github-deployment', 'not from here']])
    expect(await results(tools, await write(held))).toEqual([])
  })

  it('reaches the other channels where one fails, and is sent to that one later', async () => {
    const wanted = { topic: await topicArn(), webhook: secretless }
    const entry = await write(held)
    const [topic, hook] = await announce(await toolsFor(wanted), entry)
    expect(topic).toEqual({ channel: 'topic', result: 'sent' })
    expect(hook).toMatchObject({
      result: 'not sent',
      error: { cause: expect.stringContaining('ResourceNotFound') },
    })
    const tools = await toolsFor({ ...wanted, webhook: await webhook() })
    expect(await results(tools, entry)).toEqual([['webhook', 'sent']])
    expect(emulator.published()).toHaveLength(1)
  })
})

describe('a channel', () => {
  const failed = async (tools: NoticeTools) => {
    const [{ result, error } = {}] = await announce(tools, await write(held))
    expect(result).toBe('not sent')
    return [error?.code, error?.cause]
  }

  it('that answers 500 is asked three times', async () => {
    const tools = await toolsFor({ webhook: await webhook() })
    server.refusals.push({ status: 500 }, { status: 502 })
    expect(await results(tools, await write(held))).toEqual([['webhook', 'sent']])
    expect(slept).toEqual([500, 2000])
    server.refusals.push({ status: 500 }, { status: 500 }, { status: 500, text: 'no\u0000 way' })
    expect(await failed(tools)).toEqual(['notice-unsent', 'it answers 500: no way'])
  })

  it('that asks to wait is waited for, but not for long', async () => {
    const tools = await toolsFor({ webhook: await webhook() })
    server.refusals.push({ status: 429, headers: { 'retry-after': '3' } })
    expect(await results(tools, await write(held))).toEqual([['webhook', 'sent']])
    expect(slept).toEqual([3000])
    server.refusals.push({ status: 429, headers: { 'retry-after': '3600' } })
    expect((await failed(tools))[0]).toBe('notice-unsent')
  })

  it('is told what no ledger has, which leaves no marker, and a failure is one line', async () => {
    const tools = await toolsFor({ topic: await topicArn(), webhook: await webhook() })
    const about = { id: 'a'.repeat(32), target, event: 'alarm', title: 'the alarm errors rings' } as const
    const notice = noticeWithoutEntry(about, { time: new Date('2026-01-02T03:04:05Z') })
    const before = await tools.markers.list('')
    const { tell, lines } = announcing(ledger, async () => tools)
    tell(notice)
    expect(await lines()).toEqual([])
    expect(emulator.published()).toMatchObject([
      { subject: 'the alarm errors rings', attributes: { entry: about.id, event: 'alarm' } },
    ])
    expect(server.said()).toEqual([expect.stringContaining('*the alarm errors rings*')])
    expect(await tools.markers.list('')).toEqual(before)
    server.refusals.push({ status: 500 }, { status: 500 }, { status: 500, text: 'no' })
    tell(notice)
    expect(await lines()).toEqual([expect.stringMatching(/was not told that the alarm errors rings: .*/)])
  })

  it('that hangs is given up', async () => {
    const tools = await toolsFor({ webhook: await webhook() }, { timeoutMs: 1000 })
    server.refusals.push('silence', 'silence', 'silence')
    expect(await failed(tools)).toEqual(['notice-unsent', 'nothing usable came back: TimeoutError'])
  })

  it('that redirects is not followed', async () => {
    const elsewhere = await startChannels(onTestFinished)
    const tools = await toolsFor({ webhook: await webhook() })
    for (const status of [301, 302, 307, 308]) {
      server.refusals.push({ status, headers: { location: `${elsewhere.url}/hook` } })
      expect(await failed(tools)).toEqual([
        'notice-refused',
        `it answers ${status}, a redirect, which is not followed`,
      ])
    }
    expect(elsewhere.received).toEqual([])
  })

  it.each(['http://hooks.example.com/x', 'not an address', 'https://user:secret@example.com/'])(
    'whose address is %s is not asked, and the address is in no message',
    async address => {
      const tools = await toolsFor({ webhook: await secretWith(address) })
      const [{ error } = {}] = await announce(tools, await write(held))
      expect(error?.code).toBe('notice-refused')
      expect(`${error?.message} ${error?.cause} ${error?.remedy}`).not.toMatch(/example\.com|not an address/)
      expect(server.received).toEqual([])
    },
  )

  it('that is a topic which is gone, or that AWS does not let these credentials use, says so', async () => {
    const topic = await topicArn()
    const tools = await toolsFor({ topic })
    emulator.inject({ operation: 'Publish', kind: 'access-denied', times: 1 })
    expect((await failed(tools))[0]).toBe('aws-denied')
    await clientsFor(emulator).sns.send(new DeleteTopicCommand({ TopicArn: topic }))
    expect((await failed(tools))[1]).toContain('Topic does not exist')
  })

  it('whose secret is read is asked with what it holds now', async () => {
    const webhookArn = await webhook()
    await clientsFor(emulator).secrets.send(
      new DeleteSecretCommand({ SecretId: webhookArn, ForceDeleteWithoutRecovery: true }),
    )
    expect((await failed(await toolsFor({ webhook: webhookArn })))[1]).toContain('ResourceNotFoundException')
  })
})

it('a notice that could not be noted is sent again, with the same id', async () => {
  const tools = await toolsFor({ webhook: await webhook() })
  const entry = await write(held)
  emulator.inject({ operation: 'PutObject', kind: 'access-denied', times: 1 })
  expect(await results(tools, entry)).toEqual([['webhook', 'not noted']])
  expect(await results(tools, entry)).toEqual([['webhook', 'sent']])
  const [first, second] = server.said()
  expect(first).toBe(second)
  expect(first).toContain(entry.id)
})

describe('unsent notices', () => {
  const titles = async (tools: NoticeTools) =>
    (await findUnsent(tools, ledger, target)).map(({ title, channels }) => [title, ...channels])

  it('are those of the last days that no channel has taken, and that nobody is still sending', async () => {
    const tools = await toolsFor({ topic: await topicArn(), webhook: await webhook() })
    const first = await write(held)
    expect(await titles(tools)).toEqual([])
    emulator.advanceClock(3 * 60_000)
    await write({ type: 'resumed', reason: 'fixed' })
    expect(await titles(tools)).toEqual([['Deploys of service-b to staging are held', 'topic', 'webhook']])
    await announce(await toolsFor({ topic: await topicArn() }), first)
    expect(await titles(tools)).toEqual([['Deploys of service-b to staging are held', 'webhook']])
    emulator.advanceClock(4 * 24 * 60 * 60_000)
    expect(await titles(tools)).toEqual([])
  })
})
