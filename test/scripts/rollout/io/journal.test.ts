import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import type { Deployment, LedgerEvent, Who } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { Digest } from '../../../../scripts/names/digest.ts'
import { type Journal, openJournal } from '../../../../scripts/rollout/io/journal.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import type { Rollout } from '../../../../scripts/rollout/rollout.ts'
import { eventsOf, ledgerWorld } from '../../../support/ledger.ts'
import { applyFunction } from '../../kinds/io/stands/functions.ts'
import { applyService } from '../../kinds/io/stands/services.ts'
import { type Stand, startStand } from '../../kinds/io/stands/stand.ts'

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

const who: Who = { arn: 'arn:aws:iam::222222222222:user/alice' }
const bob: Who = { arn: 'arn:aws:iam::222222222222:user/bob' }
const settings = `sha256:${'5'.repeat(64)}` as Digest
const plan = `sha256:${'6'.repeat(64)}` as Digest

function deploymentOf({ tag, digests: [digest], applied }: Rollout): Deployment {
  return { tag, digest: digest as Digest, settings, commit: 'c'.repeat(40) as Deployment['commit'], applied }
}

async function journalOf(ledger: Ledger, { rollout }: { rollout: Rollout }): Promise<Journal> {
  const { target } = rollout
  const writer = await ledger.writer(target, who)
  return await openJournal({ ledger, writer, target, deployment: deploymentOf(rollout), plan })
}

async function rolledOut(ledger: Ledger, one: { rollout: Rollout }) {
  return await rollOut(stand.tools({ journal: await journalOf(ledger, one) }), one.rollout)
}

const failing = (ledger: Ledger, one: { rollout: Rollout }) =>
  rolledOut(ledger, one).then(
    () => expect.fail('it did not fail'),
    (error: UserError) => error,
  )

const whole = ['started', 'completed', 'verified']
const functionOf = applyFunction('lambda-zip')

describe('what becomes of a rollout is in the ledger', () => {
  it('once each: before the traffic moves, when it has arrived, and when every check has passed', async () => {
    const { ledger, emulator } = await ledgerWorld()
    const one = await functionOf(stand)
    const { target } = one.rollout
    let before: string[] = []
    one.beforeWrite(async () => {
      before = await eventsOf(ledger, target)
    })
    expect(await rolledOut(ledger, one)).toBe('moved')
    expect([before, await eventsOf(ledger, target)]).toEqual([['started'], whole])
    const deployment = deploymentOf(one.rollout)
    expect(await ledger.read(target, 1)).toMatchObject({ who, event: { type: 'started', deployment, plan } })
    expect((await ledger.head(target)).state).toMatchObject({ open: null, good: [{ revision: '2' }] })

    emulator.clearRequests()
    expect(await rolledOut(ledger, one)).toBe('already done')
    expect(emulator.requests().map(({ operation }) => operation)).toEqual(['ListObjectsV2', 'GetObject'])
  })

  it('knows what was verified before: never the same release with the same settings', async () => {
    const { ledger } = await ledgerWorld()
    const { rollout } = await functionOf(stand)
    const { target, applied } = rollout
    const now = deploymentOf(rollout)
    const again = { ...now, applied: { ...applied, revision: '7' } }
    const older = { ...now, settings: plan, applied: { ...applied, revision: '6' } }
    for (const deployment of [older, again, now])
      await ledger.append(target, who, () => ({ type: 'repaired', deployment, reason: 'a test' }))
    expect((await journalOf(ledger, { rollout })).before()).toBe('6')
  })

  it('after a run was cut off anywhere, the next run writes what is missing', async () => {
    for (const [method, left] of [
      ['completed', ['started']],
      ['verified', ['started', 'completed']],
    ] as const) {
      const { ledger } = await ledgerWorld()
      const one = await functionOf(stand)
      const journal = await journalOf(ledger, one)
      const cut = async () => {
        throw new Error('cut off')
      }
      await expect(
        rollOut(stand.tools({ journal: { ...journal, [method]: cut } }), one.rollout),
      ).rejects.toThrow('cut off')
      expect(await eventsOf(ledger, one.rollout.target)).toEqual(left)
      await ledger.append(one.rollout.target, bob, () => ({ type: 'held', reason: 'lunch' }))
      await ledger.append(one.rollout.target, bob, () => ({ type: 'resumed', reason: 'back' }))
      expect(await rolledOut(ledger, one)).toBe('already done')
      const rest = whole.slice(left.length)
      expect(await eventsOf(ledger, one.rollout.target)).toEqual([...left, 'held', 'resumed', ...rest])
    }
  })

  it('if the traffic already goes there and the ledger does not say so', async () => {
    const { ledger } = await ledgerWorld()
    const one = await functionOf(stand)
    await one.sendByHand(one.rollout.applied.revision)
    expect(await rolledOut(ledger, one)).toBe('already done')
    expect(await eventsOf(ledger, one.rollout.target)).toEqual(whole)
  })

  it('if it is the same release with other settings', async () => {
    const { ledger } = await ledgerWorld()
    const one = await functionOf(stand)
    await rolledOut(ledger, one)
    const { target } = one.rollout
    const other = { ...deploymentOf(one.rollout), settings: plan }
    const writer = await ledger.writer(target, who)
    const journal = await openJournal({ ledger, writer, target, deployment: other, plan: undefined })
    expect(await rollOut(stand.tools({ journal }), one.rollout)).toBe('already done')
    expect(await eventsOf(ledger, target)).toEqual([...whole, ...whole])
  })

  it('also that AWS went back by itself', async () => {
    const { ledger } = await ledgerWorld()
    const one = await applyService(stand)
    one.failNext?.()
    expect(await failing(ledger, one)).toMatchObject({ code: 'rollout-rolled-back' })
    const { target } = one.rollout
    expect(await eventsOf(ledger, target)).toEqual(['started', 'rolled-back'])
    expect((await ledger.head(target)).entry?.event).toMatchObject({ started: 1, to: one.first })
    // The next attempt is another rollout.
    expect(await rolledOut(ledger, one)).toBe('moved')
    expect(await eventsOf(ledger, target)).toEqual(['started', 'rolled-back', ...whole])
  })
})

describe('a ledger that cannot be written', () => {
  const strike = async (skip: number, times = Number.POSITIVE_INFINITY) => {
    const world = await ledgerWorld()
    const clear = world.emulator.inject({ operation: 'PutObject', kind: 'access-denied', skip, times })
    return { ...world, clear }
  }

  it('stops a rollout before the traffic moves', async () => {
    const { ledger } = await strike(0)
    const one = await functionOf(stand)
    expect(await failing(ledger, one)).toMatchObject({ code: 'aws-denied' })
    expect(await one.runs()).toBe(one.first)
  })

  it.each([
    ['completed', 1],
    ['verified', 2],
  ])(
    'afterwards: the message says where the traffic goes, and the next run writes "%s"',
    async (entry, skip) => {
      const { ledger, clear } = await strike(skip)
      const one = await functionOf(stand)
      const error = await failing(ledger, one)
      expect(error).toMatchObject({
        code: 'rollout-unrecorded',
        ending: 'cloud',
        message: expect.stringContaining(`→ version 2, but the ledger lacks the entry "${entry}"`),
        remedy: expect.stringContaining('Run this again: it writes the entry and moves no traffic.'),
      })
      clear()
      expect(await rolledOut(ledger, one)).toBe('already done')
      expect(await eventsOf(ledger, one.rollout.target)).toEqual(whole)
    },
  )

  it('after AWS went back: the message says both', async () => {
    const { ledger } = await strike(1)
    const one = await applyService(stand)
    one.failNext?.()
    expect(await failing(ledger, one)).toMatchObject({
      code: 'rollout-rolled-back',
      cause: expect.stringContaining('the ledger does not say so'),
    })
  })
})

describe('what others write after the apply', () => {
  /** What a rollout ends with if somebody writes an entry between its apply and the move of the traffic. */
  async function meanwhile(event: (one: Rollout) => LedgerEvent) {
    const { ledger } = await ledgerWorld()
    const one = await functionOf(stand)
    const { target } = one.rollout
    const journal = await journalOf(ledger, one)
    await ledger.append(target, bob, () => event(one.rollout))
    const ended = await rollOut(stand.tools({ journal }), one.rollout).catch((error: UserError) => error)
    return { ended, runs: await one.runs(), first: one.first, events: await eventsOf(ledger, target) }
  }

  it('a hold keeps the traffic where it is, and the message says who, when and why', async () => {
    const { ended, runs, first, events } = await meanwhile(() => ({ type: 'held', reason: 'on fire' }))
    expect(ended).toMatchObject({
      code: 'deploy-held',
      ending: 'refused',
      cause: expect.stringMatching(/^held by bob since \d{4}-\d\d-\d\d \d\d:\d\d UTC: on fire$/),
      remedy: expect.stringContaining('make resume ENV=staging SERVICE=service-'),
    })
    expect([runs, events]).toEqual([first, ['held']])
  })

  it('a rollback does, too', async () => {
    const { ended, runs, first } = await meanwhile(rollout => ({
      type: 'rollback',
      deployment: { ...deploymentOf(rollout), tag: 'service-b-v0.9.0' },
      from: { revision: '2' },
      reason: 'on fire',
    }))
    expect(ended).toMatchObject({
      code: 'deploy-held',
      cause: expect.stringMatching(/^rolled back to service-b-v0.9.0 and held by bob/),
    })
    expect(runs).toBe(first)
  })

  it('another rollout that began later wins', async () => {
    const { ended, runs, first, events } = await meanwhile(rollout => ({
      type: 'started',
      deployment: { ...deploymentOf(rollout), tag: 'service-b-v3.0.0' },
    }))
    expect(ended).toMatchObject({
      code: 'rollout-moved',
      ending: 'refused',
      cause: expect.stringContaining('is entry 1, started, by bob at'),
    })
    expect([runs, events]).toEqual([first, ['started']])
  })

  it('another run of the same rollout does not, and nothing is written twice', async () => {
    const { ended, runs, events } = await meanwhile(rollout => ({
      type: 'started',
      deployment: deploymentOf(rollout),
    }))
    expect([ended, runs, events]).toEqual(['moved', '2', whole])
  })

  it('a rollback while the traffic arrives is not followed by "completed"', async () => {
    const { ledger } = await ledgerWorld()
    const one = await functionOf(stand)
    const deployment = { ...deploymentOf(one.rollout), tag: 'service-b-v0.9.0' }
    one.beforeWrite(async () => {
      const from = { revision: '2' }
      await ledger.append(one.rollout.target, bob, () => ({
        type: 'rollback',
        deployment: { ...deployment, applied: { ...deployment.applied, revision: '1' } },
        from,
        reason: 'on fire',
      }))
    })
    expect(await failing(ledger, one)).toMatchObject({ code: 'rollout-moved' })
    expect(await eventsOf(ledger, one.rollout.target)).toEqual(['started', 'rollback'])
  })
})
