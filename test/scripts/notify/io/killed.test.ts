import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { describe, expect, it } from 'vitest'
import { connectS3 } from '../../../../scripts/aws/io/s3.ts'
import { unwrap } from '../../../../scripts/base/attempt.ts'
import type { Clock } from '../../../../scripts/base/clock.ts'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { noticeSettings } from '../../../../scripts/catalogue/notice-settings.ts'
import { connectMovers } from '../../../../scripts/kinds/io/movers.ts'
import { announce, type NoticeTools } from '../../../../scripts/notify/io/announce.ts'
import { channelsOf } from '../../../../scripts/notify/io/channels.ts'
import { heard } from '../../../../scripts/notify/io/tell.ts'
import { findUnsent } from '../../../../scripts/notify/io/unsent.ts'
import { isAnnounced } from '../../../../scripts/notify/notice.ts'
import { openJournal } from '../../../../scripts/rollout/io/journal.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { settingsOf } from '../../../support/aws-settings.ts'
import { type ChannelServer, startChannels } from '../../../support/channels.ts'
import type { OnFinished } from '../../../support/cleanup.ts'
import { type Gate, makeGate } from '../../../support/gate.ts'
import { bucketIn, ledgersIn } from '../../../support/ledger.ts'
import { sample } from '../../../support/sample.ts'
import { deploymentOf, type WatchedWorld, watchedWorld, who } from '../../../support/watched.ts'
import { account } from '../../kinds/io/stands/stand.ts'

const stories = ['that ends well', 'of bad code'] as const
type Story = (typeof stories)[number]

const regionOfLedger = 'eu-central-1'

/** A rollout in its world, the channels of its environment, and what names them. */
type Scene = {
  readonly one: WatchedWorld
  readonly server: ChannelServer
  readonly topic: string
  readonly onFinished: OnFinished
}

async function sceneOf(story: Story, onFinished: OnFinished): Promise<Scene> {
  const one = await watchedWorld('100%/1m')
  onFinished(one.close)
  if (story === 'of bad code') one.traffic.fails = { 2: 0.9 }
  const { TopicArn: topic = '' } = await clientsFor(one.stand.emulator).sns.send(
    new CreateTopicCommand({ Name: 'ends' }),
  )
  return { one, server: await startChannels(onFinished), topic, onFinished }
}

/** What a process has: all that it asks goes through its gate, and it does nothing more once that has closed. */
async function processOf({ one, server, topic }: Scene, gate: Gate) {
  const { emulator } = one.stand
  const endpoint = await gate.through(emulator.url)
  const { secrets } = clientsFor(emulator)
  const SecretString = `${await gate.through(server.url)}/hook`
  const { ARN: webhook } = await secrets.send(
    new CreateSecretCommand({ Name: endpoint.replace(/\D/g, '-'), SecretString }),
  )
  const env = { ...emulator.env, AWS_ENDPOINT_URL: endpoint }
  const sleep: Clock['sleep'] = ms => (gate.isClosed() ? new Promise(() => undefined) : one.clock.sleep(ms))
  const clock = { ...one.clock, sleep }
  const settings = settingsOf({ env, account })
  const ledger = await ledgersIn({ ...emulator, env }, account, undefined, clock)
  const sending = { clock, timeoutMs: settings.timeoutMs }
  const tools: NoticeTools = {
    channels: channelsOf(noticeSettings.parse({ topic, webhook }), {
      settings,
      sending,
      github: undefined,
      summary: undefined,
    }),
    clock,
    markers: await connectS3({ ...settings, region: regionOfLedger }, bucketIn(account), clock),
    read: (target, sequence) => ledger.read(target, sequence),
  }
  return { clock, settings, ledger, tools }
}

/** Rolls out and announces, as a deploy does. */
async function deploy(scene: Scene, gate: Gate): Promise<void> {
  const { one } = scene
  const { clock, settings, ledger: plain, tools } = await processOf(scene, gate)
  const sent: Promise<unknown>[] = []
  // Nobody hears of what happens to a process that is dead.
  const unlessDead = (error: unknown) => {
    if (!gate.isClosed()) throw error
  }
  const ledger = heard(plain, entry => void sent.push(announce(tools, entry).catch(unlessDead)))
  const { target, plan, digests } = one.rollout
  const writer = await ledger.writer(target, who)
  const place = { ledger, writer, target, deployment: deploymentOf(one.rollout), plan: undefined }
  const journal = await openJournal({ ...place, rollout: { plan, digests } })
  await one.run({ clock, journal, movers: connectMovers(settings, clock) }).catch(error => {
    if (!(error instanceof UserError)) unlessDead(error)
  })
  await Promise.all(sent)
}

/** Sends what is missing, as `make reconcile` does later. */
async function reconcile(scene: Scene): Promise<number> {
  const { one, onFinished } = scene
  const { ledger, tools } = await processOf(scene, makeGate(onFinished))
  one.stand.emulator.advanceClock(3 * 60_000)
  const unsent = await findUnsent(tools, ledger, one.rollout.target)
  for (const { entry } of unsent) await announce(tools, entry)
  return unsent.length
}

/** How often each channel got the notice with an id. */
function received({ one, server }: Scene, id: string): Record<string, number> {
  const topic = one.stand.emulator.published().filter(({ message }) => message.includes(id)).length
  return { topic, webhook: server.said().filter(text => text.includes(id)).length }
}

async function terminalIn({ one }: Scene): Promise<{ id: string; type: string }[]> {
  const entries = (await one.ledger.links(one.rollout.target)).map(({ entry }) => unwrap(entry))
  return entries.filter(isAnnounced).map(({ id, event }) => ({ id, type: event.type }))
}

/** The channels that had taken an entry's notice when its process died, and that nobody had noted. */
async function unnoted(scene: Scene): Promise<Map<string, Record<string, number>>> {
  const markers = await connectS3(
    settingsOf(scene.one.stand.emulator, { account, region: regionOfLedger }),
    bucketIn(account),
    scene.one.clock,
  )
  const keys = await markers.list('notices/')
  const found = new Map<string, Record<string, number>>()
  for (const { id } of await terminalIn(scene)) {
    const taken = received(scene, id)
    const open = Object.entries(taken).map(([channel, times]) => {
      const isNoted = keys.some(key => key.endsWith(`/${channel}.json`))
      return [channel, isNoted ? 0 : times] as const
    })
    found.set(id, Object.fromEntries(open))
  }
  return found
}

const isTerminalWrite = (line: string) => /^PUT .*\/ledger\//.test(line)

/** The requests of a deploy from its last entry on. */
async function endOf(story: Story): Promise<{ first: number; lines: readonly string[] }> {
  const cleanups: (() => unknown)[] = []
  const scene = await sceneOf(story, clean => void cleanups.unshift(clean))
  const gate = makeGate(clean => void cleanups.unshift(clean))
  await deploy(scene, gate)
  for (const clean of cleanups) await clean()
  return { first: gate.lines.findLastIndex(isTerminalWrite), lines: gate.lines }
}

const ends = await Promise.all(stories.map(async story => ({ story, ...(await endOf(story)) })))
const kills = ends.flatMap(({ story, first, lines }) =>
  lines.slice(first).flatMap((line, index) =>
    (['before', 'after'] as const).map(when => ({
      story,
      line: line.split('?')[0] ?? '',
      closing: { at: first + index, when },
    })),
  ),
)
const chosen = sample('kills of announcements', kills, (_, index) => index % 7 === 3)

describe.concurrent('a deploy that is killed while it announces its end', () => {
  it.for(chosen)(
    '$story, $closing.when $closing.at $line',
    async ({ story, closing }, { onTestFinished }) => {
      const scene = await sceneOf(story, onTestFinished)
      const gate = makeGate(onTestFinished, closing)
      await Promise.race([gate.closed, deploy(scene, gate)])
      const before = await unnoted(scene)
      await deploy(scene, makeGate(onTestFinished))
      await reconcile(scene)
      const terminal = await terminalIn(scene)
      expect(terminal.map(({ type }) => type)).toContain(
        story === 'that ends well' ? 'verified' : 'rolled-back',
      )
      for (const { id } of terminal) {
        const { topic = 0, webhook = 0 } = before.get(id) ?? {}
        expect(received(scene, id)).toEqual({ topic: 1 + topic, webhook: 1 + webhook })
      }
      expect(await reconcile(scene)).toBe(0)
    },
  )
})

it('the matrix knows each request of the end', () => {
  for (const { first, lines } of ends) {
    const end = lines.slice(first)
    expect(end.filter(line => line.startsWith('POST /hook'))).toHaveLength(1)
    expect(end.filter(line => /^PUT .*\/notices\/.*\/(topic|webhook)\.json/.test(line))).toHaveLength(2)
  }
})
