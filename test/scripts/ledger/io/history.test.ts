import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { HistoryAnswer } from '../../../../scripts/cli/answers/ledger/history.ts'
import { type Entry, entryKey, type LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { hintOf } from '../../../../scripts/rollout/hints/way-back.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { bucketIn, ledgersIn, makeLedgerBucket, unprotectLedgers } from '../../../support/ledger.ts'
import { entryTexts } from '../../../support/ledger-entries.ts'
import { everything } from '../../../support/sample.ts'
import { imageService, makeWorld, type World, zipService } from '../../../support/world.ts'

const account = deployEnvironments.artifacts.account
const Bucket = bucketIn(account)
const target = { service: 'service-b' as ServiceName, environment: 'staging' }
const b = { ENV: 'staging', SERVICE: 'b' }
const alice = { arn: 'arn:aws:sts::111111111111:assumed-role/admin/alice' }
let world: World
let ledger: Ledger

beforeEach(async () => {
  const files = { 'cdktf/environments.json': JSON.stringify(deployEnvironments) }
  world = await makeWorld({ files: { ...imageService('service-a'), ...zipService('service-b'), ...files } })
  await makeLedgerBucket(world.emulator, account)
  ledger = await ledgersIn(world.emulator, account)
})

const put = (at: number, Body: string) =>
  clientsFor(world.emulator).s3.send(new PutObjectCommand({ Bucket, Key: entryKey(target, at), Body }))
const hold = (at: number): LedgerEvent => ({
  type: at % 2 === 0 ? 'resumed' : 'held',
  reason: `reason ${at}`,
})

describe('make history', () => {
  it('shows each service that has entries, newest first, and a named one alone', async () => {
    await ledger.append(target, alice, () => hold(1))
    await ledger.append(target, alice, () => hold(2))
    await ledger.append({ ...target, service: 'service-a' as ServiceName }, alice, () => hold(1))
    const all = expectDone(await world.waybill('history', { ENV: 'staging' })).stdout
    expect(all).toMatch(/^service-a in staging: 1 entry\n/)
    expect(all).toMatch(
      /\nservice-b in staging: 2 entries\nentry {2}when \(UTC\) +what +who +why\n2 .* resume {2}alice {2}reason 2\n1 .* hold .* reason 1\n/,
    )
    const one = expectDone(await world.waybill('history', { ...b, LIMIT: '1' })).stdout
    expect(one).not.toMatch(/service-a|reason 1/)
  })

  it('finds a way back beside an entry that the entry does not lead to', async () => {
    const hash = (digit: string) => `sha256:${digit.repeat(64)}` as const
    const deployed = (minor: number) => ({
      ...{ tag: `service-b-v1.${minor}.0`, digest: hash('a'), settings: hash('b'), commit: 'c'.repeat(40) },
      applied: { kind: 'lambda-zip', tag: `service-b-v1.${minor}.0`, revision: `${minor + 1}` },
    })
    let newest: Entry | undefined
    for (const minor of [0, 1]) {
      const deployment = deployed(minor)
      const started = await ledger.append(
        target,
        alice,
        () => ({ type: 'started', deployment }) as LedgerEvent,
      )
      const at = { started: started?.sequence, deployment }
      newest = await ledger.append(target, alice, () => ({ type: 'verified', ...at }) as LedgerEvent)
    }
    const hint = hintOf(newest as Entry) as string
    await ledger.leaveHint(target, 4, hint)
    expectDone(await world.waybill('history', b))
    const said = JSON.parse(Buffer.from(hint, 'base64url').toString())
    expect(said.to).toMatchObject({ revision: '1' })
    const other = { ...said, to: { ...said.to, revision: '7' } }
    await ledger.leaveHint(target, 4, Buffer.from(JSON.stringify(other)).toString('base64url'))
    const { code, stdout } = await world.waybill('history', b)
    expect(code).toBe(3)
    expect(stdout).toContain('entry 4 has a way back beside it that is not the one it leads to')
  })

  it('has everything in full with JSON=1', async () => {
    await ledger.append(target, { ...alice, actor: 'octocat' }, () => hold(1))
    const { services } = await world.json<HistoryAnswer>('history', b)
    const entries = [{ sequence: 1, previous: null, event: hold(1), state: { hold: 1 } }]
    expect(services).toMatchObject([
      { service: 'service-b', entries: 1, faults: [], activities: [{ who: { actor: 'octocat' }, entries }] },
    ])
  })

  it('has a line for each phase of a rollout, and a field with JSON=1', async () => {
    const hash = (digit: string) => `sha256:${digit.repeat(64)}` as const
    const deployment = {
      ...{ tag: 'service-b-v1.1.0', digest: hash('a'), settings: hash('b'), commit: 'c'.repeat(40) },
      applied: { kind: 'lambda-zip', tag: 'service-b-v1.1.0', revision: '2' },
    }
    const deadline = '2099-01-02T03:45:00.000Z'
    const shifted = { type: 'shifted', started: 1, deadline } as const
    await ledger.append(target, alice, () => ({ type: 'started', deployment }) as LedgerEvent)
    await ledger.append(target, alice, () => ({ ...shifted, phase: 1, share: 5 }))
    await ledger.append(target, alice, () => ({ ...shifted, phase: 2, share: 25 }))
    const { stdout } = expectDone(await world.waybill('history', b))
    const minute = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC'
    expect(stdout).toMatch(new RegExp(`\n {7}phase 1: 5 % at ${minute} for \\d+s\n`))
    const open = `phase 2: 25 % at ${minute}; to be continued by 2099-01-02 03:45 UTC`
    expect(stdout).toMatch(new RegExp(`\n {7}${open}\n`))
    const { services } = await world.json<HistoryAnswer>('history', b)
    expect(services[0]?.activities[0]?.phases).toMatchObject([
      { phase: 1, share: 5, deadline, seconds: expect.any(Number) },
      { phase: 2, share: 25, deadline },
    ])
  })

  it('of what has no entries says so', async () => {
    expect(expectDone(await world.waybill('history', b)).stdout).toBe(
      'service-b in staging: no entries yet\n\n',
    )
    expect(expectDone(await world.waybill('history', { ENV: 'prod' })).stdout).toBe(
      'Nothing has happened in prod yet: its ledger has no entries.\n',
    )
  })

  it.each([
    ['an unknown service', { ENV: 'staging', SERVICE: 'c' }, /there is no service c/],
    ['an unknown environment', { ENV: 'qa' }, /qa/],
    ['no number', { ENV: 'staging', LIMIT: '0' }, /LIMIT: "0" is not a number from 1/],
  ])('with %s is refused', async (_, options, message) => {
    const { code, stderr } = await world.waybill('history', options)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('of an environment without a ledger says how one is made', async () => {
    const other = { ...deployEnvironments.environments.staging, ledger: { bucket: 'nowhere' } }
    const environments = { ...deployEnvironments, environments: { staging: other } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(environments) })
    for (const options of [b, { ENV: 'staging' }]) {
      const { code, stderr } = await world.waybill('history', options)
      expect([code, stderr]).toEqual([2, expect.stringContaining('Create it: make bootstrap ENV=staging')])
    }
  })

  it('shows an entry of a newer Waybill as far as it can be read', async () => {
    const [text = ''] = entryTexts([hold(1)])
    await unprotectLedgers(world.emulator, account)
    await put(1, text.replace('"schema": 1', '"schema": 2').replace('"held"', '"paused"'))
    expect(expectDone(await world.waybill('history', b)).stdout).toMatch(/\n1 .* paused {2}alice\n/)
  })

  const length = everything ? 5000 : 300
  it(`names every entry of ${length} that somebody removed, altered, swapped or wrote again`, async () => {
    await unprotectLedgers(world.emulator, account)
    const texts = entryTexts(Array.from({ length }, (_, index) => hold(index + 1)))
    for (let from = 0; from < length; from += 100)
      await Promise.all(texts.slice(from, from + 100).map((text, index) => put(from + index + 1, text)))
    const whole = await world.json<HistoryAnswer>('history', b)
    expect(whole.services).toMatchObject([{ entries: length, faults: [] }])
    expect(whole.services[0]?.activities).toHaveLength(20)

    const at = (share: number) => 1 + Math.floor(((share + Math.random()) * length) / 5)
    const [removed, altered, one, other] = [at(0), at(1), at(2), at(3)]
    const { s3 } = clientsFor(world.emulator)
    await s3.send(new DeleteObjectCommand({ Bucket, Key: entryKey(target, removed) }))
    await put(altered, (texts[altered - 1] ?? '').replace(`reason ${altered}"`, 'no reason"'))
    await put(one, texts[other - 1] ?? '')
    await put(other, texts[one - 1] ?? '')
    await put(length, (texts[length - 1] ?? '').replace(`reason ${length}"`, 'no reason"'))
    const { code, stdout, stderr } = await world.waybill('history', { ...b, JSON: '1' })
    expect(code).toBe(3)
    const [service] = JSON.parse(stdout).services as HistoryAnswer['services']
    const named = service?.faults.map(({ sequence }) => sequence)
    expect(named).toEqual([removed, altered, one, other, length])
    for (const sequence of named ?? []) expect(stderr).toContain(`✖ entry ${sequence} `)
    expect(stderr).toMatch(/Entries never change\. aws s3api list-object-versions --bucket/)
  })
})
