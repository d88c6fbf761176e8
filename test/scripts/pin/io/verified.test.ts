import { describe, expect, it } from 'vitest'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { parseServiceConfig } from '../../../../scripts/catalogue/service-config.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import type { Deployment, LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import { connectLedgerOf } from '../../../../scripts/ledger/io/environment-ledger.ts'
import { settingsDigest } from '../../../../scripts/ledger/io/settings-digest.ts'
import { openProject } from '../../../../scripts/project/io/project.ts'
import { remoteState } from '../../../support/clones.ts'
import { makeLedgerBucket } from '../../../support/ledger.ts'
import { type Context, digest, pinText, putRecord } from '../../../support/pins.ts'
import { printed, pushTag } from '../../../support/releases.ts'
import { everything } from '../../../support/sample.ts'
import { environmentsJson, imageService, makeWorld, type World } from '../../../support/world.ts'

const { account, region } = environmentsJson.artifacts
const environments = {
  ...environmentsJson,
  environments: {
    staging: { account, region, deploy: 'auto' },
    prod: { account, region, after: 'staging' },
  },
}
const another = `sha256:${'e'.repeat(64)}`

/** A world in which staging is pinned to 1.0.0 of some services, and has verified it where a test says so. */
async function stagedWorld({ onTestFinished }: Context, services: readonly string[]) {
  const files = {
    ...Object.assign({}, ...services.map(name => imageService(name))),
    'cdktf/environments.json': JSON.stringify(environments),
  }
  const world = await makeWorld({ files, onFinished: onTestFinished })
  await makeLedgerBucket(world.emulator, account)
  const commit = await world.git(['rev-parse', 'HEAD'])
  for (const service of services) await release(world, service, '1.0.0', commit)
  const pins = services.map(service => [
    `cdktf/pins/staging/${service}.json`,
    pinOf(service, '1.0.0', commit),
  ])
  await world.commit(Object.fromEntries(pins), 'Pin in staging')
  const aws = awsAccess(world.env, { timeoutMs: 20_000, isProcess: false })
  const project = await openProject({ folder: world.clone, environment: world.env, aws, clock: systemClock })
  const ledger = await connectLedgerOf(project, 'staging', aws)
  const write = async (service: string, ...events: LedgerEvent[]) => {
    const who = { arn: 'arn:aws:iam::111111111111:user/alice' }
    for (const event of events)
      await ledger.append({ service: service as never, environment: 'staging' }, who, () => event)
  }
  const deployment = (service: string, more: Partial<Deployment> = {}): Deployment => {
    const config = parseServiceConfig(imageService(service)[`services/${service}/service.json`] ?? '', {
      name: '',
      remedy: '',
    })
    const target = { service: service as never, environment: 'staging' }
    const tag = `${service}-v1.0.0`
    const place = project.environments.environments.staging as NonNullable<unknown>
    return {
      tag,
      digest: digest as Deployment['digest'],
      settings: settingsDigest(target, config, place as never),
      commit: commit as Deployment['commit'],
      applied: { kind: 'ecs-service', tag, revision: '1' },
      ...more,
    }
  }
  const verify = (service: string, more: Partial<Deployment> = {}) =>
    write(service, { type: 'verified', started: 1, deployment: deployment(service, more) })
  return { world, commit, write, verify, deployment }
}

function pinOf(service: string, version: string, commit: string): string {
  return printed({ tag: `${service}-v${version}`, commit, digest })
}

async function release(world: World, service: string, version: string, commit: string): Promise<void> {
  const tag = `${service}-v${version}`
  await putRecord(world, tag, { tagObject: await pushTag(world, tag, commit), commit })
}

const prod = { ENV: 'prod', TAG: 'service-a-v1.0.0' }

describe.concurrent('an environment that comes after another', () => {
  it('is pinned to what that one has verified', async context => {
    const { world, commit, verify } = await stagedWorld(context, ['service-a'])
    await verify('service-a')
    expect(await world.waybill('pin', prod)).toMatchObject({ code: 0, stderr: '' })
    const text = await world.git(['show', 'main:cdktf/pins/prod/service-a.json'], world.remote)
    expect(`${text}\n`).toBe(pinText(commit, '1.0.0'))
  })

  it.for([
    ['nothing', async () => undefined, /nothing is verified in staging/],
    [
      'another release',
      ({ verify }) => verify('service-a', { tag: 'service-a-v0.9.0', digest: another as never }),
      /staging verified service-a-v0\.9\.0 last/,
    ],
    [
      'a rollout that has not ended',
      ({ write, deployment }) => write('service-a', { type: 'started', deployment: deployment('service-a') }),
      /a rollout there has not ended/,
    ],
    [
      'a rollout that went back',
      ({ write, deployment }) =>
        write(
          'service-a',
          { type: 'started', deployment: deployment('service-a') },
          { type: 'rolled-back', started: 1, to: '0', reason: 'alarm' },
        ),
      /nothing is verified in staging/,
    ],
    [
      'a release that staging was taken back from',
      async ({ verify, write, deployment }) => {
        await verify('service-a', {
          tag: 'service-a-v0.9.0',
          digest: another as never,
          applied: { kind: 'ecs-service', tag: 'service-a-v0.9.0', revision: '0' },
        })
        await verify('service-a')
        await write('service-a', {
          type: 'rollback',
          deployment: deployment('service-a', {
            tag: 'service-a-v0.9.0',
            digest: another as never,
            applied: { kind: 'ecs-service', tag: 'service-a-v0.9.0', revision: '0' },
          }),
          from: { revision: '1' },
          reason: 'loses orders',
        })
      },
      /taken back from it by alice: loses orders/,
    ],
  ] as [string, (staged: Awaited<ReturnType<typeof stagedWorld>>) => Promise<unknown>, RegExp][])(
    'refuses a release after %s',
    async ([, prepare, why], context) => {
      const staged = await stagedWorld(context, ['service-a'])
      await prepare(staged)
      const before = await remoteState(staged.world)
      for (const more of [{}, { PR: '1' }, { DRY_RUN: '1' }] as Record<string, string>[]) {
        const outcome = await staged.world.waybill('pin', { ...prod, ...more })
        expect(outcome).toMatchObject({
          code: 3,
          stderr: expect.stringContaining('code   ledger-unverified'),
        })
        expect(outcome.stderr).toMatch(why)
        expect(outcome.stderr).toContain(
          /taken back/.test(outcome.stderr)
            ? 'Release a fixed version and deploy that to staging.'
            : 'make deploy ENV=staging SERVICE=service-a verifies',
        )
      }
      expect(await remoteState(staged.world)).toBe(before)
      // Nothing comes before staging.
      expect(await staged.world.waybill('pin', { ...prod, ENV: 'staging' })).toMatchObject({ code: 0 })
    },
  )

  it('accepts any release with a reason, which stays in the commit', async context => {
    const { world } = await stagedWorld(context, ['service-a'])
    const outcome = await world.waybill('pin', { ...prod, UNVERIFIED: 'staging is down', JSON: '1' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ result: 'created', unverified: 'staging is down' })
    expect(await world.git(['log', '-1', '--format=%B', 'main'], world.remote)).toContain(
      '\nUnverified: staging is down',
    )
  })

  it('finds what was verified long ago', async context => {
    const { world, verify, write } = await stagedWorld(context, ['service-a'])
    await verify('service-a')
    for (let index = 0; index < 12; index++)
      await verify('service-a', {
        tag: `service-a-v1.${index + 1}.0`,
        digest: another as never,
        applied: { kind: 'ecs-service', tag: `service-a-v1.${index + 1}.0`, revision: `${index + 2}` },
      })
    for (let index = 0; index < 20; index++)
      await write('service-a', { type: 'held', reason: `reason ${index}` })
    expect(await world.waybill('pin', prod)).toMatchObject({ code: 0, stderr: '' })
  })

  it('says that the other has no ledger yet', async context => {
    const { world } = await stagedWorld(context, ['service-a'])
    const changed = structuredClone(environments) as { environments: { staging: object } }
    changed.environments.staging = { account, region, ledger: { bucket: 'none' } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify(changed) })
    const outcome = await world.waybill('pin', prod)
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('make bootstrap ENV=staging') })
  })
})

const count = everything ? 20 : 6
const names = Array.from({ length: count }, (_, index) => `service-${String.fromCharCode(97 + index)}`)
const set = { ENV: 'prod', FROM: 'staging' }

describe.concurrent('what an environment has verified together', () => {
  it('is pinned in one commit, once', async context => {
    const { world, verify } = await stagedWorld(context, names)
    for (const name of names) await verify(name)
    const head = await world.git(['rev-parse', 'main'], world.remote)
    const first = await world.json<{ pins: { service: string; result: string }[] }>('pin', set)
    expect(first.pins.map(({ service, result }) => [service, result])).toEqual(
      names.map(name => [name, 'created']),
    )
    expect(await world.git(['log', '--format=%P', '-1', 'main'], world.remote)).toBe(head)
    const changed = await world.git(['diff', '--name-only', `${head}..main`], world.remote)
    expect(changed.split('\n')).toEqual(names.map(name => `cdktf/pins/prod/${name}.json`))
    const message = await world.git(['log', '-1', '--format=%B', 'main'], world.remote)
    expect(message).toMatch(
      /^Pin \d+ releases in prod, as verified in staging\n\n- service-a-v1\.0\.0 \(before: nothing\)/,
    )
    expect(message).toContain('\nVerified-in: staging')
    const before = await remoteState(world)
    expect(await world.json('pin', set)).toMatchObject({ result: 'already done', verifiedIn: 'staging' })
    expect(await remoteState(world)).toBe(before)
    expect(await world.waybill('pin', { ...set, PR: '1' })).toMatchObject({ code: 0 })
  })

  it('waits for a pull request on a branch of its own', async context => {
    const { world, verify } = await stagedWorld(context, ['service-a', 'service-b'])
    for (const name of ['service-a', 'service-b']) await verify(name)
    const head = await world.git(['rev-parse', 'main'], world.remote)
    const { proposal } = await world.json<{ proposal: { branch: string } }>('pin', { ...set, PR: '1' })
    expect(proposal.branch).toMatch(/^pin\/prod\/set-[0-9a-f]{12}$/)
    expect(await world.git(['rev-parse', 'main'], world.remote)).toBe(head)
    expect(await world.json('pin', { ...set, PR: '1' })).toMatchObject({ result: 'already done', proposal })
    const files = await world.git(['diff', '--name-only', `main..${proposal.branch}`], world.remote)
    expect(files.split('\n')).toEqual(['service-a', 'service-b'].map(name => `cdktf/pins/prod/${name}.json`))
  })

  type Staged = Awaited<ReturnType<typeof stagedWorld>>
  const deploy = 'remedy make deploy ENV=staging SERVICE=service-b, then run this again'
  type Change = [string, (staged: Staged, service: string) => Promise<unknown>, RegExp, string]
  const changes: Change[] = [
    [
      'release',
      async ({ world, commit }, service) => {
        await release(world, service, '1.1.0', commit)
        await world.commit({ [`cdktf/pins/staging/${service}.json`]: pinOf(service, '1.1.0', commit) })
      },
      /verified service-\w-v1\.0\.0 and is pinned to service-\w-v1\.1\.0 now/,
      deploy,
    ],
    [
      'digest',
      ({ verify }, service) => verify(service, { digest: another as never }),
      /verified sha256:e+, and the record/,
      deploy,
    ],
    [
      'settings in service.json',
      ({ world }, service) =>
        world.commit({
          [`services/${service}/service.json`]: JSON.stringify({
            kind: 'ecs-service',
            inputs: [`services/${service}/**`],
            settings: { cpu: 1024, memory: 2048 },
          }),
        }),
      /settings in staging were changed/,
      deploy,
    ],
    [
      'rollout',
      ({ write, deployment }, service) =>
        write(service, { type: 'started', deployment: deployment(service) }),
      /a rollout in staging has not ended/,
      deploy,
    ],
    [
      'hold',
      ({ write }, service) => write(service, { type: 'held', reason: 'looking into it' }),
      /are held/,
      "remedy make resume ENV=staging SERVICE=service-b REASON='…', then run this again",
    ],
    [
      'rollback that has not ended',
      ({ write, deployment }, service) =>
        write(service, {
          type: 'rollback',
          deployment: deployment(service),
          from: { revision: '9' },
          reason: 'loses orders',
        }),
      /a rollback in staging has not ended/,
      "remedy make rollback ENV=staging SERVICE=service-b REASON='…', then run this again",
    ],
  ]
  it.for(changes)(
    'is refused, with the name of the service, after a change of its %s',
    async ([, change, why, remedy], context) => {
      const services = names.slice(0, 3)
      const staged = await stagedWorld(context, services)
      for (const name of services) await staged.verify(name)
      await change(staged, 'service-b')
      const before = await remoteState(staged.world)
      const outcome = await staged.world.waybill('pin', set)
      expect(outcome).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('service-b is not as staging verified it'),
      })
      expect(outcome.stderr).toMatch(why)
      expect(outcome.stderr).toContain(remedy)
      expect(outcome.stderr).not.toMatch(/service-[ac] is not/)
      expect(await remoteState(staged.world)).toBe(before)
      // The others are as they were verified.
      expect(await staged.world.waybill('pin', { ...set, SERVICE: 'a,c' })).toMatchObject({ code: 0 })
    },
  )

  it(`is refused whichever of ${count} members was changed`, async context => {
    const staged = await stagedWorld(context, names)
    for (const name of names) await staged.verify(name)
    for (const [index, name] of names.entries()) {
      const deployment = staged.deployment(name)
      const parts = [
        { digest: another },
        { settings: another },
        { tag: `${name}-v0.9.0` },
      ] as Partial<Deployment>[]
      await staged.verify(name, { ...parts[index % parts.length] })
      const outcome = await staged.world.waybill('pin', { ...set, DRY_RUN: '1' })
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining(`${name} is not as staging`) })
      await staged.write(name, { type: 'verified', started: 1, deployment })
    }
    expect(await staged.world.waybill('pin', { ...set, DRY_RUN: '1' })).toMatchObject({ code: 0 })
  })
})

it.for([
  [{ ENV: 'prod', FROM: 'prod' }, /cannot be pinned to what it runs itself/],
  [{ ENV: 'prod', FROM: 'staging', TAG: 'service-a-v1.0.0' }, /not clear which release/],
  [{ ENV: 'prod', TAG: 'service-a-v1.0.0', SERVICE: 'a' }, /not clear which release/],
  [{ ENV: 'prod', FROM: 'nowhere' }, /there is no environment nowhere/],
  [{ ENV: 'prod', FROM: 'staging', SERVICE: 'z' }, /service-z|there is no service/],
] as const)('%o is refused', async ([options, why], context) => {
  const { world } = await stagedWorld(context, ['service-a'])
  const outcome = await world.waybill('pin', options)
  expect(outcome.code).toBe(2)
  expect(outcome.stderr).toMatch(why)
})
