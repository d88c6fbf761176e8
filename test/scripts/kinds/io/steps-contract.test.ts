import { describe, expect, it, onTestFinished } from 'vitest'
import type { Mover, Share, Shifting, Stepped, Steps } from '../../../../scripts/kinds/io/mover.ts'
import { type WatchedService, watchedService } from '../../../support/watched-service.ts'

// The contract of every mover that shifts in steps. A new kind of them adds a row.

/** The calls that each kind writes with. */
const kinds = [['ecs-service', watchedService, /^(?:UpdateService|ContinueServiceDeployment)$/]] as const

describe.each(kinds)('the steps of %s', (_, make, writing) => {
  /** What was applied, to go through phases in steps of 10 %. */
  async function applied() {
    const one = await make('10%/5m, 30%/5m, 100%/5m')
    onTestFinished(one.close)
    const { applied: about, plan } = one.rollout
    const mover: Mover = await one.stand.tools().movers(about.kind)
    const shifting = mover.shifting as Shifting
    const steps = shifting.steps as Steps
    const look = async () => (await steps.look(about)) as Stepped
    const to = (percent: number): Share => ({ revision: about.revision, percent })
    return {
      ...one,
      about,
      shifting,
      steps,
      look,
      prepare: async (seen?: Stepped) => await steps.prepare(about, plan, seen ?? (await look())),
      shift: async (percent: number, seen?: Stepped) =>
        await shifting.shift(about, to(percent), seen ?? (await look())),
      writes: () => one.stand.emulator.requests().filter(({ operation }) => writing.test(operation)).length,
    }
  }

  /** The same, ready for its first step. */
  async function prepared() {
    const one = await applied()
    const seen = await one.look()
    await expect.poll(() => one.prepare(seen)).toEqual({ state: 'arrived' })
    return one
  }

  /** Loses the answers to a kind of call, however often the SDK asks. */
  function loseAnswers({ stand }: WatchedService, operation: string): void {
    stand.emulator.inject({ operation, kind: 'reset-after', times: 3 })
  }

  it('looks without a write, at what has all traffic', async () => {
    const { first, look, writes } = await applied()
    expect(await look()).toMatchObject({ shares: { [first]: 100 }, stage: 'none' })
    expect(writes()).toBe(0)
  })

  it('gets ready with one write, and no traffic moves', async () => {
    const { first, look, writes, prepare } = await prepared()
    expect(await look()).toMatchObject({ shares: { [first]: 100 }, stage: 'waiting' })
    expect(await prepare()).toEqual({ state: 'arrived' })
    expect(writes()).toBe(1)
  })

  it('gets ready although the answer is lost', async () => {
    const one = await applied()
    const seen = await one.look()
    loseAnswers(one, 'UpdateService')
    await one.prepare(seen).catch(() => undefined)
    await expect.poll(() => one.prepare(seen)).toEqual({ state: 'arrived' })
  })

  it('does not get ready where somebody else moved the traffic', async () => {
    const one = await applied()
    const seen = await one.look()
    const theirs = (await one.another()).applied.revision
    await one.deployByHand(theirs)
    expect(await one.prepare(seen)).toEqual({ state: 'taken over', by: theirs })
    expect(await one.look()).toMatchObject({ shares: { [theirs]: 100 } })
  })

  it('takes one step at a time, and each only once', async () => {
    const { first, about, look, shift } = await prepared()
    const before = await look()
    for (const percent of [10, 20, 30]) {
      expect(await shift(30)).toBe('sent')
      expect(await look()).toMatchObject({
        shares: { [first]: 100 - percent, [about.revision]: percent },
        stage: 'waiting',
      })
    }
    await shift(30, before)
    expect((await look()).shares).toEqual({ [first]: 70, [about.revision]: 30 })
  })

  it('takes a step although the answer is lost', async () => {
    const one = await prepared()
    loseAnswers(one, 'ContinueServiceDeployment')
    expect(await one.shift(10)).toBe('sent')
    expect((await one.look()).shares).toEqual({ [one.first]: 90, [one.about.revision]: 10 })
  })

  it('takes no step before it is ready, or after it went back', async () => {
    const one = await prepared()
    const ready = await one.look()
    await one.stopDeployment()
    expect(await one.shift(10, ready)).toBe('moved by another')
    expect(await one.shift(10)).toBe('moved by another')
    expect(await one.look()).toMatchObject({
      shares: { [one.first]: 100 },
      stage: 'none',
      wentBack: expect.stringContaining('stopped by a user'),
    })
    expect(await one.prepare(ready)).toMatchObject({ state: 'went back', to: one.first })
  })

  it('says what others wrote into the rule', async () => {
    const one = await prepared()
    one.setWeights(80, 20)
    expect((await one.look()).changed).toContain('20 % of the traffic')
  })

  it('ends with everything, and leaves no step behind', async () => {
    const { about, look, shift, steps, service } = await prepared()
    for (let step = 0; step < 10; step++) expect(await shift(100)).toBe('sent')
    expect(await look()).toMatchObject({ shares: { [about.revision]: 100 }, stage: 'waiting' })
    await expect.poll(() => steps.finish(about, about.revision)).toEqual({ state: 'arrived' })
    expect(await look()).toMatchObject({ shares: { [about.revision]: 100 }, stage: 'none' })
    await steps.rest(about)
    await steps.rest(about)
    expect((await service()).deploymentConfiguration?.lifecycleHooks).toEqual([])
  })

  it('counts each revision apart, and all together', async () => {
    const { about, first, shifting, look } = await prepared()
    await look()
    const arms = await Promise.all([first, about.revision].map(one => shifting.arm(about, one)))
    expect(new Set(arms.map(arm => JSON.stringify(arm))).size).toBe(2)
    expect(await shifting.whole(about)).toEqual(arms)
  })
})
