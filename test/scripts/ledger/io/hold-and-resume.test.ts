import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { HoldAnswer } from '../../../../scripts/cli/answers/ledger/hold.ts'
import type { ResumeAnswer } from '../../../../scripts/cli/answers/ledger/resume.ts'
import type { Deployment, LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { deployEnvironments, expectDone } from '../../../support/deploy.ts'
import { eventsOf, ledgersIn, makeLedgerBucket } from '../../../support/ledger.ts'
import { writes } from '../../../support/releases.ts'
import { imageService, makeWorld, type World, zipService } from '../../../support/world.ts'

const account = deployEnvironments.artifacts.account
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

describe('make hold', () => {
  it('stops deploys once, and says who did the second time', async () => {
    const done = expectDone(await world.waybill('hold', { ...b, REASON: 'loses orders' }))
    expect(done.stdout).toBe('  ✔ service-b is held in staging: loses orders\n')
    expect(await eventsOf(ledger, target)).toEqual(['held'])
    world.emulator.clearRequests()
    const again = expectDone(await world.waybill('hold', { ...b, REASON: 'something else' }))
    expect(again.stdout).toMatch(
      /✔ service-b was already held by \S+ since \d{4}-\d\d-\d\d \d\d:\d\d UTC: loses orders\. Nothing was written\.\n/,
    )
    expect(writes(world.emulator)).toEqual([])
  })

  it('names the actor of a job in CI', async () => {
    const env = { GITHUB_ACTOR: 'octocat' }
    const { results } = await world.json<HoldAnswer>('hold', { ...b, REASON: 'x' }, { env })
    expect(results).toMatchObject([{ service: 'service-b', result: 'created', hold: { by: 'octocat' } }])
  })

  it('takes several services, each on its own', async () => {
    await ledger.append(target, alice, () => ({ type: 'held', reason: 'first' }))
    const { results } = await world.json<HoldAnswer>('hold', { ENV: 'staging', SERVICE: 'a,b', REASON: 'x' })
    expect(results.map(({ result, hold }) => [result, hold?.reason])).toEqual([
      ['created', 'x'],
      ['already done', 'first'],
    ])
  })

  it('writes nothing in a dry run', async () => {
    const { stdout } = expectDone(await world.waybill('hold', { ...b, REASON: 'x', DRY_RUN: '1' }))
    expect(stdout).toBe('  – service-b would be held in staging: x\n')
    expect(await eventsOf(ledger, target)).toEqual([])
  })

  it('needs neither the remote nor a usable service.json', async () => {
    await rename(world.remote, `${world.remote}.gone`)
    await writeFile(join(world.clone, 'services/service-b/service.json'), '{')
    expectDone(await world.waybill('hold', { ...b, REASON: 'x' }))
  })

  it.each([
    ['no reason', { ...b }, /REASON/],
    ['a blank reason', { ...b, REASON: '   ' }, /REASON: must say something/],
    ['a reason without a visible character', { ...b, REASON: '\u200b' }, /character that can be seen/],
    ['a long reason', { ...b, REASON: 'x'.repeat(501) }, /at most 500 characters/],
    ['an unknown service', { ENV: 'staging', SERVICE: 'c', REASON: 'x' }, /there is no service c/],
    ['an unknown environment', { ...b, ENV: 'qa', REASON: 'x' }, /qa/],
  ])('with %s is refused', async (_, options, message) => {
    const { code, stderr } = await world.waybill('hold', options)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('holds a service whose folder is gone if it has a ledger', async () => {
    const gone = { ...target, service: 'service-z' as ServiceName }
    await ledger.append(gone, alice, () => ({ type: 'resumed', reason: 'x' }))
    expectDone(await world.waybill('hold', { ENV: 'staging', SERVICE: 'z', REASON: 'x' }))
    expect(await eventsOf(ledger, gone)).toEqual(['resumed', 'held'])
  })
})

describe('make resume', () => {
  const resume = { ...b, REASON: 'fixed' }
  const deployment = (version: string, settings = '5'): Deployment => ({
    tag: `service-b-v${version}`,
    digest: `sha256:${'a'.repeat(64)}` as Deployment['digest'],
    settings: `sha256:${settings.repeat(64)}` as Deployment['settings'],
    commit: 'c'.repeat(40) as Deployment['commit'],
    applied: { kind: 'lambda-zip', tag: `service-b-v${version}`, revision: version },
  })
  const append = async (...events: LedgerEvent[]) => {
    for (const event of events) await ledger.append(target, alice, () => event)
  }
  const verified = (version: string): LedgerEvent[] => [
    { type: 'started', deployment: deployment(version) },
    { type: 'verified', started: 1, deployment: deployment(version) },
  ]
  const pin = async (version: string) => {
    const text = { tag: `service-b-v${version}`, commit: 'c'.repeat(40), sha256: 'a'.repeat(64) }
    await world.commit({ 'cdktf/pins/staging/service-b.json': `${JSON.stringify(text, null, 2)}\n` })
  }
  const next = async () => {
    await append({ type: 'held', reason: 'loses orders' })
    const { results } = await world.json<ResumeAnswer>('resume', resume)
    return results[0]?.next
  }

  it('ends a hold and says whose it was; the second time there is nothing to end', async () => {
    await append({ type: 'held', reason: 'loses orders' })
    const done = expectDone(await world.waybill('resume', resume))
    expect(done.stdout).toMatch(/✔ service-b may be deployed to staging again\. It was held by alice since/)
    expect(await eventsOf(ledger, target)).toEqual(['held', 'resumed'])
    const again = expectDone(await world.waybill('resume', resume))
    expect(again.stdout).toContain('service-b was not held in staging')
    expect(await eventsOf(ledger, target)).toEqual(['held', 'resumed'])
  })

  it('writes nothing in a dry run', async () => {
    await append({ type: 'held', reason: 'loses orders' })
    const { stdout } = expectDone(await world.waybill('resume', { ...resume, DRY_RUN: '1' }))
    expect(stdout).toContain('– service-b would be let through again. It is held by alice')
    expect(await eventsOf(ledger, target)).toEqual(['held'])
  })

  it('ends a hold without the remote, and says what it does not know', async () => {
    await rename(world.remote, `${world.remote}.gone`)
    expect(await next()).toMatch(/^What the next deploy will do is not known: /)
  })

  it('says that nothing is pinned', async () => {
    expect(await next()).toBe('It is not pinned, so there is nothing to deploy.')
  })

  it('says which release the next deploy brings', async () => {
    await pin('1.1.0')
    expect(await next()).toBe('The next deploy brings service-b-v1.1.0.')
    await append(...verified('1.0.0'))
    expect(await next()).toBe(
      'The next deploy brings service-b-v1.1.0; service-b-v1.0.0 was the last one verified.',
    )
  })

  it('says that the settings have changed', async () => {
    await append(...verified('1.1.0'))
    await pin('1.1.0')
    expect(await next()).toBe(
      'The next deploy brings service-b-v1.1.0 again, with settings that have changed since it was verified.',
    )
  })
})
