import { GetAliasCommand } from '@aws-sdk/client-lambda'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { awsAccess } from '../../../../scripts/aws/access.ts'
import { systemClock } from '../../../../scripts/cli/io/clock.ts'
import { chainFaults } from '../../../../scripts/ledger/chain.ts'
import { eventOf, type LedgerEvent } from '../../../../scripts/ledger/entry.ts'
import { connectLedgerOf } from '../../../../scripts/ledger/io/environment-ledger.ts'
import type { Ledger } from '../../../../scripts/ledger/io/ledger.ts'
import { openProject } from '../../../../scripts/project/io/project.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { startWaybill, terraformsEnded } from '../../../support/killable.ts'
import type { Outcome } from '../../../support/run.ts'
import { everyCase } from '../../../support/sample.ts'
import { zipService } from '../../../support/world.ts'

/*
 * Whatever people and crashes do in whatever order: what has the traffic was verified or is being rolled out, a hold stops
 * deploys, a rollback leaves nothing to plan, and the ledger has no gap and one entry for each event.
 */

const target = { service: 'service-b' as never, environment: 'staging' }
const staging = { ENV: 'staging', SERVICE: 'service-b' }
const going = { ...staging, REASON: 'loses orders', CONFIRM: 'service-b' }
const who = { arn: 'arn:aws:iam::111111111111:user/bob' }

type Command = 'deploy' | 'rollback'
type Step =
  | { readonly do: 'ship' | 'hold' | 'resume' | 'both' }
  | { readonly do: 'run'; readonly command: Command }
  | {
      readonly do: 'kill'
      readonly command: Command
      readonly write: number
      readonly when: 'before' | 'after'
    }

const command = fc.constantFrom<Command>('deploy', 'rollback')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'ship' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('run' as const), command }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      command,
      write: fc.nat(5),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'hold' }, { do: 'both' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'resume' }) },
)

class Scene {
  readonly world: DeployWorld
  readonly ledger: Ledger
  private version = 0
  private constructor(world: DeployWorld, ledger: Ledger) {
    this.world = world
    this.ledger = ledger
  }

  static async make(onFinished: (clean: () => unknown) => void): Promise<Scene> {
    const files = zipService('service-b', { settings: { variables: { GREETING: 'hello' } } })
    const world = await makeDeployWorld({ files, repositories: [], onFinished: onFinished as never })
    const aws = awsAccess(world.env, { timeoutMs: 20_000, isProcess: false })
    const project = await openProject({
      folder: world.clone,
      environment: world.env,
      aws,
      clock: systemClock,
    })
    const scene = new Scene(world, await connectLedgerOf(project, 'staging', aws))
    for (let index = 0; index < 2; index++) {
      await scene.ship()
      expectDone(await world.waybill('deploy', staging))
    }
    return scene
  }

  async ship(): Promise<void> {
    await this.pull()
    await this.world.ship('service-b', `1.${this.version++}.0`)
  }

  async reconcile(): Promise<void> {
    expectDone(await this.world.waybill('reconcile', { ENV: 'staging' }))
    await this.pull()
  }

  async pull(): Promise<void> {
    await this.world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
  }

  async live(): Promise<string | undefined> {
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    return (await clientsFor(this.world.emulator).lambda.send(new GetAliasCommand(alias))).FunctionVersion
  }

  /** Takes a step. */
  async take(one: Step): Promise<void> {
    const { ledger } = this
    if (one.do === 'ship') await this.ship()
    else if (one.do === 'hold') await ledger.append(target, who, () => ({ type: 'held', reason: 'looking' }))
    else if (one.do === 'resume')
      await ledger.append(target, who, () => ({ type: 'resumed', reason: 'fixed' }))
    else if (one.do === 'run') await this.run(one.command)
    else if (one.do === 'kill') await this.kill(one)
    else {
      await this.pull()
      const [, back] = await Promise.all([this.start('deploy'), this.start('rollback')])
      expect([0, 3, 6]).toContain(back.code)
      await terraformsEnded(this.world)
    }
  }

  private start(name: Command): Promise<Outcome> {
    return this.world.waybill(name, name === 'deploy' ? staging : going)
  }

  async run(name: Command): Promise<Outcome> {
    await this.pull()
    const { state } = await ledgerHead(this)
    const before = await this.live()
    const outcome = await this.start(name)
    if (name === 'deploy' && state.hold !== null) {
      expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('deploy-held') })
      expect(await this.live()).toBe(before)
    }
    if (name === 'rollback' && outcome.code === 0) await this.expectSettled()
    return outcome
  }

  private async kill({ command: name, write, when }: Extract<Step, { do: 'kill' }>): Promise<void> {
    await this.pull()
    const child = startWaybill(this.world, name, name === 'deploy' ? staging : going)
    const restore = this.world.emulator.inject({
      // Those of Terraform leave its lock, which a person removes (test/scripts/deploy/io/interrupted.test.ts).
      operation: ({ operation, resource }) =>
        operation === 'UpdateAlias' || (operation === 'PutObject' && resource.includes('/ledger/')),
      skip: write,
      times: 1,
      kind: when === 'before' ? 'reset-before' : 'reset-after',
      actionAt: when,
      action: async () => {
        child.signal('SIGKILL')
        await child.ended
      },
    })
    await child.ended
    restore()
    await terraformsEnded(this.world)
  }

  /** After a rollback that ended well: the service is held, its pin names what runs, and there is nothing to plan. */
  private async expectSettled(): Promise<void> {
    const { state } = await ledgerHead(this)
    expect(state).toMatchObject({ hold: expect.any(Number), open: null })
    expect(await this.live()).toBe(state.good[0]?.revision)
    const pin = await this.world.git(['show', 'main:cdktf/pins/staging/service-b.json'], this.world.remote)
    expect(JSON.parse(pin).tag).toBe(state.good[0]?.tag)
    await this.pull()
    const plan = expectDone(await this.world.waybill('plan', staging))
    expect(plan.stdout).toContain('no changes')
  }
}

function ledgerHead({ ledger }: Scene) {
  return ledger.head(target)
}

async function expectTrue(scene: Scene): Promise<void> {
  const links = await scene.ledger.links(target)
  expect(chainFaults(links)).toEqual([])
  const events = links.flatMap(({ entry }) => ('value' in entry ? (eventOf(entry.value) ?? []) : []))
  expect(events).toHaveLength(links.length)
  for (const type of ['completed', 'verified', 'rolled-back'] as const) expectOnce(events, type)
  const { state } = await scene.ledger.head(target)
  const verified = events.flatMap(event =>
    event.type === 'verified' || event.type === 'rollback' ? [event.deployment.applied.revision] : [],
  )
  const open = events[(state.open?.sequence ?? 0) - 1]
  const rollingOut = open?.type === 'started' ? [open.deployment.applied.revision] : []
  expect([...verified, ...rollingOut]).toContain(await scene.live())
}

function expectOnce(events: readonly LedgerEvent[], type: 'completed' | 'verified' | 'rolled-back'): void {
  const about = events.flatMap(event => (event.type === type && 'started' in event ? [event.started] : []))
  expect(about, type).toEqual([...new Set(about)])
}

/** Brings everything to an end: what was interrupted is finished, and the next deploy has nothing left to do. */
async function expectEnds(scene: Scene): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { state } = await scene.ledger.head(target)
    if (state.open?.type === 'rollback') expectDone(await scene.run('rollback'))
    else if (state.hold !== null) await scene.take({ do: 'resume' })
    else {
      const { code, stderr } = await scene.run('deploy')
      if (code === 0) break
      // A rollback that died after its traffic and before its entry: the message names the command that writes it.
      if (stderr.includes('rollout-sent-back')) await scene.reconcile()
    }
    expect(tries).toBeLessThan(6)
  }
  const { state } = await scene.ledger.head(target)
  expect(state).toMatchObject({ open: null, hold: null })
  expect(await scene.live()).toBe(state.good[0]?.revision)
  const { length } = await scene.ledger.links(target)
  expectDone(await scene.run('deploy'))
  expect(await scene.ledger.links(target)).toHaveLength(length)
}

const given = process.env.TEST_SEED
const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 31)

it.runIf(everyCase && (await hasTerraform()))(
  `what has the traffic was verified, and the ledger says so, whatever happens (TEST_SEED=${seed})`,
  async ({ onTestFinished }) => {
    const steps = fc.array(step, { minLength: 5, maxLength: 10 })
    const property = fc.asyncProperty(steps, async all => {
      const scene = await Scene.make(clean => onTestFinished(async () => void (await clean())))
      for (const one of all) {
        await scene.take(one)
        await expectTrue(scene)
      }
      await expectEnds(scene)
      await expectTrue(scene)
    })
    await fc.assert(property, { seed, numRuns: 1, endOnFailure: true })
  },
)
