import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { chainFaults } from '../../../../scripts/ledger/chain.ts'
import { entryKey, type Who } from '../../../../scripts/ledger/entry.ts'
import { readStands } from '../../../../scripts/ledger/io/holds.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import { newestFirst } from '../../../../scripts/ledger/io/newest-first.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { bucketOfLedger, ledgerWorld, unprotectLedgers } from '../../../support/ledger.ts'
import { target } from '../../../support/ledger-entries.ts'
import { everything } from '../../../support/sample.ts'

const who: Who = { arn: 'arn:aws:iam::222222222222:user/alice' }

async function fill(ledger: Ledger, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await ledger.append(target, who, () => ({ type: 'held', reason: `reason ${index}` }))
}

describe('a ledger', () => {
  it('begins with nothing, and each entry holds the hash of the one before', async () => {
    const { ledger } = await ledgerWorld()
    expect(await ledger.head(target)).toMatchObject({ sequence: 0, state: { hold: null, good: [] } })
    await fill(ledger, 3)
    const links = await ledger.links(target)
    expect(links.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(chainFaults(links)).toEqual([])
    expect(await ledger.head(target)).toMatchObject({ sequence: 3, state: { hold: 3 } })
    expect(await ledger.services('staging')).toEqual(['service-b'])
  })

  it('finds its newest entry with one list and one read, however many there are', async () => {
    const { ledger, emulator } = await ledgerWorld()
    await fill(ledger, 5)
    emulator.clearRequests()
    await ledger.head(target)
    expect(emulator.requests().map(({ operation }) => operation)).toEqual(['ListObjectsV2', 'GetObject'])
  })

  it('shows a hint beside its newest entry by the same list, which is no entry itself', async () => {
    const { ledger, emulator } = await ledgerWorld()
    await fill(ledger, 2)
    await ledger.leaveHint(target, 2, 'a'.repeat(1024))
    expect(await ledger.glance(target)).toMatchObject({ sequence: 2, hint: undefined })
    await ledger.leaveHint(target, 2, 'eyJ0')
    emulator.clearRequests()
    expect(await ledger.glance(target)).toMatchObject({ sequence: 2, hint: 'eyJ0' })
    expect(emulator.requests().map(({ operation }) => operation)).toEqual(['ListObjectsV2'])
    await fill(ledger, 1)
    expect(await ledger.glance(target)).toMatchObject({ sequence: 3, hint: undefined })
    expect((await ledger.links(target)).map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(await ledger.rewritten(target)).toEqual([])
  })

  const writers = everything ? 100 : 30
  it(`has ${writers} entries after ${writers} writers at once, without a gap or a duplicate`, async () => {
    const { ledger } = await ledgerWorld()
    const all = Array.from({ length: writers }, (_, index) => `writer ${index}`)
    await Promise.all(all.map(reason => ledger.append(target, who, () => ({ type: 'held', reason }))))
    const links = await ledger.links(target)
    expect(chainFaults(links)).toEqual([])
    const said = links.map(
      ({ entry }) => 'value' in entry && (entry.value.event as { reason?: string }).reason,
    )
    expect(said.toSorted()).toEqual(all.toSorted())
  })

  it('has an entry once although the answer to its write was lost', async () => {
    const { ledger, emulator } = await ledgerWorld()
    emulator.inject({ operation: 'PutObject', kind: 'reset-after', times: 1 })
    await fill(ledger, 1)
    expect(await ledger.links(target)).toHaveLength(1)
  })

  it('takes one request for each entry of somebody who writes several', async () => {
    const { ledger, emulator } = await ledgerWorld()
    const writer = await ledger.writer(target, who)
    emulator.clearRequests()
    for (const reason of ['one', 'two']) await writer.append(() => ({ type: 'held', reason }))
    expect(emulator.requests().map(({ operation }) => operation)).toEqual(['PutObject', 'PutObject'])
    expect(writer.head()).toMatchObject({ sequence: 2, state: { hold: 2 } })
    expect(chainFaults(await ledger.links(target))).toEqual([])
  })

  it('is read again before somebody who writes several writes nothing, or after another has written', async () => {
    const { ledger } = await ledgerWorld()
    const writer = await ledger.writer(target, who)
    await fill(ledger, 1)
    const seen: number[] = []
    expect(await writer.append(({ sequence }) => void seen.push(sequence))).toBeUndefined()
    await fill(ledger, 1)
    await writer.append(({ sequence }) => {
      seen.push(sequence)
      return { type: 'resumed', reason: 'fixed' }
    })
    expect([seen, writer.head().sequence]).toEqual([[0, 1, 1, 2], 3])
    expect(chainFaults(await ledger.links(target))).toEqual([])
  })

  it('says that there is none, and how it is made', async () => {
    const { ledger } = await ledgerWorld({ hasBucket: false })
    await expect(ledger.head(target)).rejects.toMatchObject({
      code: 'ledger-missing',
      ending: 'badInput',
      remedy: 'Create it: make bootstrap ENV=staging',
    })
  })

  it('of another repository is refused', async () => {
    const first = await ledgerWorld({ repository: 'acme/parcels' })
    await fill(first.ledger, 1)
    const other = await first.connect('acme/letters')
    await expect(other.head(target)).rejects.toMatchObject({ code: 'ledger-foreign', ending: 'refused' })
    await expect(fill(other, 1)).rejects.toMatchObject({ code: 'ledger-foreign' })
    expect(await first.ledger.links(target)).toHaveLength(1)
  })
})

it('is read from its newest entry on, many entries at a time, and no further than needed', async () => {
  const { ledger, emulator } = await ledgerWorld()
  await fill(ledger, 40)
  const [seen, reads] = [[] as number[], { now: 0, most: 0 }]
  emulator.inject({
    operation: 'GetObject',
    kind: 'delay',
    delayMs: 50,
    action: () => {
      reads.now += 1
      reads.most = Math.max(reads.most, reads.now)
    },
  })
  emulator.clearRequests()
  const read: Ledger['read'] = (...at) => ledger.read(...at).finally(() => (reads.now -= 1))
  for await (const { sequence } of newestFirst({ read }, target, 40)) {
    seen.push(sequence)
    if (sequence === 20) break
  }
  expect(seen).toEqual(Array.from({ length: 21 }, (_, index) => 40 - index))
  expect(reads.most).toBeGreaterThan(8)
  expect(emulator.requests()).toHaveLength(32)
})

describe('a newest entry', () => {
  it.each([
    ['that was cut off', (text: string) => text.slice(0, -3), /9999999998\.json is not JSON: /],
    ['that is empty', () => '', /9999999998\.json is not JSON: /],
    [
      'of another service',
      (text: string) => text.replace('service-b', 'service-c'),
      /9999999998\.json is not valid: service: is service-c, not service-b$/,
    ],
  ])('%s is refused, with the command that checks all of them', async (_, edit, cause) => {
    const { ledger, emulator } = await ledgerWorld()
    await fill(ledger, 1)
    await unprotectLedgers(emulator)
    await changes(emulator).alter(1, edit)
    const refused = {
      code: 'ledger-broken',
      ending: 'refused',
      message: 'entry 1 of the ledger of service-b in staging cannot be used',
      cause: expect.stringMatching(cause),
      remedy: expect.stringContaining('make history ENV=staging SERVICE=service-b'),
    }
    await expect(ledger.head(target)).rejects.toMatchObject(refused)
    await expect(ledger.writer(target, who)).rejects.toMatchObject(refused)
    await expect(fill(ledger, 1)).rejects.toMatchObject(refused)
  })

  it('of a newer Waybill is read, and refused before anybody writes', async () => {
    const { ledger, emulator } = await ledgerWorld()
    await fill(ledger, 1)
    await unprotectLedgers(emulator)
    await changes(emulator).alter(1, text => text.replace('"schema": 1', '"schema": 2'))
    expect(await ledger.head(target)).toMatchObject({ sequence: 1, state: { hold: 1 } })
    await expect(ledger.writer(target, who)).rejects.toMatchObject({ code: 'ledger-newer' })
    await expect(fill(ledger, 1)).rejects.toMatchObject({ code: 'ledger-newer' })
    expect(await readStands(ledger, [target])).toMatchObject([{ error: { code: 'ledger-newer' } }])
  })
})

describe('what somebody did to entries is found and named', () => {
  const cases: [string, (change: Change) => Promise<unknown>, number[]][] = [
    ['one is removed', ({ remove }) => remove(3), [3]],
    ['the first is removed', ({ remove }) => remove(1), [1]],
    ['one is altered', ({ alter }) => alter(3, text => text.replace('reason 2', 'reason 9')), [3]],
    ['the link of one is altered', ({ alter }) => alter(3, breakLink), [3]],
    [
      'what is true after one is altered',
      ({ alter }) => alter(3, text => text.replace('"hold": 3', '"hold": null')),
      [3],
    ],
    [
      'the newest is altered',
      ({ alter }) => alter(6, text => text.replace('"hold": 6', '"hold": null')),
      [6],
    ],
    ['one is not JSON any more', ({ alter }) => alter(3, () => '{'), [3]],
    ['two are swapped', ({ swap }) => swap(2, 5), [2, 5]],
    ['neighbours are swapped', ({ swap }) => swap(3, 4), [3, 4]],
  ]
  it.each(cases)('%s', async (_, change, named) => {
    const { ledger, emulator } = await ledgerWorld()
    await fill(ledger, 6)
    await unprotectLedgers(emulator)
    await change(changes(emulator))
    const faults = chainFaults(await ledger.links(target))
    expect([...new Set(faults.map(({ sequence }) => sequence))]).toEqual(named)
  })
})

function breakLink(text: string): string {
  return text.replace(/"previous": "sha256:.{8}/, '"previous": "sha256:00000000')
}

type Change = ReturnType<typeof changes>

function changes(emulator: Parameters<typeof clientsFor>[0]) {
  const { s3 } = clientsFor(emulator)
  const objectAt = (at: number) => ({ Bucket: bucketOfLedger, Key: entryKey(target, at) })
  const read = async (at: number) =>
    (await (await s3.send(new GetObjectCommand(objectAt(at)))).Body?.transformToString()) ?? ''
  const write = (at: number, Body: string) => s3.send(new PutObjectCommand({ ...objectAt(at), Body }))
  return {
    remove: (at: number) => s3.send(new DeleteObjectCommand(objectAt(at))),
    alter: async (at: number, edit: (text: string) => string) => write(at, edit(await read(at))),
    async swap(one: number, other: number) {
      const [a, b] = [await read(one), await read(other)]
      await write(one, b)
      await write(other, a)
    },
  }
}
