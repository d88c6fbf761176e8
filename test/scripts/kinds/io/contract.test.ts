import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserError } from '../../../../scripts/base/user-error.ts'
import {
  type Mover,
  type Pointer,
  type Standing,
  standing,
  wholeOf,
} from '../../../../scripts/kinds/io/mover.ts'
import type { Digest } from '../../../../scripts/names/digest.ts'
import { rollOut } from '../../../../scripts/rollout/io/roll-out.ts'
import { isWhereApplied, readRunning } from '../../../../scripts/rollout/io/running.ts'
import type { Rollout } from '../../../../scripts/rollout/rollout.ts'
import type { Running } from '../../../../scripts/rollout/running.ts'
import { stands } from './stands/all.ts'
import { type AppliedThing, account, type Stand, startStand, storesWith } from './stands/stand.ts'

// The contract of every kind's mover. A new kind adds a row to `stands`.

let stand: Stand
beforeAll(async () => {
  stand = await startStand()
})
afterAll(() => stand.close())

const other = `sha256:${'0'.repeat(64)}` as Digest

describe.each(Object.entries(stands))('the mover of %s', (_, apply) => {
  async function applied(): Promise<AppliedThing & { mover: Mover }> {
    const one = await apply(stand)
    return { ...one, mover: await stand.tools().movers(one.rollout.applied.kind) }
  }

  /** What runs, compared with the digest of its release. */
  async function runningNow(rollout: Rollout, released = rollout.digests[0] as Digest): Promise<Running> {
    return await readRunning(
      stand.tools().movers,
      await storesWith(stand, rollout, released),
      rollout.applied,
    )
  }

  it('reads where the traffic goes without a write', async () => {
    const { mover, rollout, first, writes } = await applied()
    const seen = await mover.look(rollout.applied)
    expect(seen && wholeOf(seen)).toBe(first)
    expect(await mover.ready(rollout.applied, rollout.applied.revision)).toMatchObject({ state: 'ready' })
    expect(writes()).toBe(0)
    const running = await runningNow(rollout)
    expect(running).toMatchObject({
      isApplied: false,
      says: expect.stringContaining(first.replace(/^.*\//, '')),
    })
    expect(await isWhereApplied(stand.tools().movers, rollout.applied)).toBe(false)
    expect(writes()).toBe(0)
  })

  it('moves the traffic to what was applied, once', async () => {
    const { rollout, runs, writes } = await applied()
    expect(await rollOut(stand.tools(), rollout)).toBe('moved')
    expect(await runs()).toBe(rollout.applied.revision)
    expect(await rollOut(stand.tools(), rollout)).toBe('already done')
    expect(writes()).toBe(1)
    expect(await isWhereApplied(stand.tools().movers, rollout.applied)).toBe(true)
  })

  it('writes nothing if the traffic already goes there', async () => {
    const { rollout, sendByHand, writes } = await applied()
    await sendByHand(rollout.applied.revision)
    await rollOut(stand.tools(), rollout)
    expect(writes()).toBe(0)
  })

  it('does not overwrite a move between the look and the write', async () => {
    const { mover, rollout, another, runs, sendByHand } = await applied()
    const seen = (await mover.look(rollout.applied)) as Pointer
    const theirs = await another()
    await sendByHand(theirs)
    expect(await mover.send(rollout.applied, rollout.applied.revision, seen)).toBe('moved by another')
    expect(await runs()).toBe(theirs)
  })

  it('does not retry after somebody else moves the traffic during the rollout', async () => {
    const { rollout, another, beforeWrite, runs, sendByHand } = await applied()
    const theirs = await another()
    beforeWrite(() => sendByHand(theirs))
    await expect(rollOut(stand.tools(), rollout)).rejects.toMatchObject({ code: 'rollout-moved' })
    expect(await runs()).toBe(theirs)
  })

  it('looks again after a lost answer', async () => {
    const { rollout, loseAnswer, runs } = await applied()
    const lost = loseAnswer()
    expect(await rollOut(stand.tools(), rollout)).toBe('moved')
    expect(lost()).toBeGreaterThan(0)
    expect(await runs()).toBe(rollout.applied.revision)
  })

  it('reports a removed alias or service', async () => {
    const { rollout, remove } = await applied()
    await remove()
    await expect(rollOut(stand.tools(), rollout)).rejects.toMatchObject({ code: 'rollout-no-pointer' })
    expect(await runningNow(rollout)).toMatchObject({ isApplied: false, foreign: [] })
    expect(await isWhereApplied(stand.tools().movers, rollout.applied)).toBe(false)
  })

  /** What was rolled out, and what can take it back. */
  async function rolledOut(): Promise<AppliedThing & { mover: Mover; stood: Standing }> {
    const one = await applied()
    await rollOut(stand.tools(), one.rollout)
    const stood = (await standing(one.mover, one.rollout.applied)) as Standing
    return { ...one, stood }
  }

  async function expectBack({ mover, rollout, first, runs }: AppliedThing & { mover: Mover }): Promise<void> {
    const sent = { revision: first, seen: undefined }
    await expect
      .poll(() => mover.progress({ ...rollout.applied, revision: first } as never, sent))
      .toEqual({ state: 'arrived' })
    expect(await runs()).toBe(first)
  }

  it('stands where it looks, in the account that it is in, without a write', async () => {
    const { mover, rollout, stood, writes } = await rolledOut()
    expect(stood.pointer).toEqual(await mover.look(rollout.applied))
    expect([undefined, account]).toContain(stood.account)
    await stood.fallback()
    expect(writes()).toBe(1)
  })

  it('takes the traffic back at once, with one write', async () => {
    const { stood, writes, ...one } = await rolledOut()
    expect(await stood.sendBack(one.first)).toMatch(/^(arrived|sent)$/)
    await expectBack({ ...one, writes })
    expect(writes()).toBe(2)
  })

  it('takes the traffic back although the answer is lost', async () => {
    const { stood, loseAnswer, ...one } = await rolledOut()
    const lost = loseAnswer()
    expect(await stood.sendBack(one.first)).toMatch(/^(arrived|sent)$/)
    expect(lost()).toBeGreaterThan(0)
    await expectBack({ ...one, loseAnswer })
  })

  it('takes nothing back without an alias or service', async () => {
    const { mover, rollout, remove } = await rolledOut()
    await remove()
    expect(await standing(mover, rollout.applied)).toBeUndefined()
  })

  /** What was applied, with what divides the traffic between the two revisions. */
  async function divided(skip: (why: string) => never) {
    const one = await applied()
    const { shifting } = one.mover
    if (shifting === undefined) return skip('this kind does not divide traffic')
    if (shifting.steps !== undefined)
      return skip('this kind takes steps, which steps-contract.test.ts checks')
    const { applied: about } = one.rollout
    const shares = async () => (await one.mover.look(about))?.shares
    const seen = async () => (await one.mover.look(about)) as Pointer
    const shift = async (percent: number, pointer?: Pointer) =>
      await shifting.shift(about, { revision: about.revision, percent }, pointer ?? (await seen()))
    return { ...one, about, shifting, shares, seen, shift }
  }

  it('sends a share of the traffic, and then another', async ({ skip }) => {
    const { first, about, shares, shift } = await divided(skip)
    for (const percent of [7, 29, 50]) {
      expect(await shift(percent)).toBe('sent')
      expect(await shares()).toEqual({ [first]: 100 - percent, [about.revision]: percent })
    }
  })

  it('sends no share if somebody else moved the traffic', async ({ skip }) => {
    const { seen, shares, shift } = await divided(skip)
    const before = await seen()
    await shift(10)
    expect(await shift(50, before)).toBe('moved by another')
    expect(Object.values((await shares()) ?? {})).toContain(10)
  })

  it('sends a share although the answer is lost', async ({ skip }) => {
    const { first, about, shares, shift, loseAnswer } = await divided(skip)
    const lost = loseAnswer()
    expect(await shift(25)).toBe('sent')
    expect(lost()).toBeGreaterThan(0)
    expect(await shares()).toEqual({ [first]: 75, [about.revision]: 25 })
  })

  it('sends everything, or nothing, from a share', async ({ skip }) => {
    const { mover, about, first, seen, shares, shift } = await divided(skip)
    await shift(10)
    expect(await mover.send(about, first, await seen())).toBe('sent')
    expect(await shares()).toEqual({ [first]: 100 })
    await shift(10)
    expect(await mover.send(about, about.revision, await seen())).toBe('sent')
    expect(await shares()).toEqual({ [about.revision]: 100 })
  })

  it('distinguishes a platform that rolled back by itself from one that moved', async () => {
    const { mover, rollout, failNext, runs, first } = await applied()
    failNext?.()
    const seen = await mover.look(rollout.applied)
    const outcome = await rollOut(stand.tools(), rollout).catch((error: UserError) => error.code)
    const sent = { revision: rollout.applied.revision, seen }
    if (failNext === undefined) {
      // A move in one step cannot be rolled back halfway.
      expect(await mover.progress(rollout.applied, sent)).toEqual({ state: 'arrived' })
    } else {
      expect(outcome).toBe('rollout-rolled-back')
      expect(await mover.progress(rollout.applied, sent)).toMatchObject({ state: 'went back', to: first })
      expect(await runs()).toBe(first)
    }
  })

  it('finds what runs and was not released, and nothing where only the release runs', async () => {
    const { rollout } = await applied()
    const [digest] = rollout.digests
    await rollOut(stand.tools(), rollout)
    expect(await runningNow(rollout)).toMatchObject({ isApplied: true, released: digest, foreign: [] })
    const foreign = [{ state: 'runs', digest }]
    expect(await runningNow(rollout, other)).toMatchObject({ isApplied: true, released: other, foreign })
  })

  it('refuses to end with a digest other than that of the release', async () => {
    const { rollout } = await applied()
    await expect(rollOut(stand.tools(), { ...rollout, digests: [other] })).rejects.toMatchObject({
      code: 'rollout-digest',
      cause: expect.stringContaining(other),
    })
  })
})
