import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ServiceName } from '../../../../scripts/names/service-name.ts'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeShippedZip } from '../../../support/deploy.ts'
import { type Killable, startWaybill } from '../../../support/killable.ts'
import { ledgersIn } from '../../../support/ledger.ts'
import { writes } from '../../../support/releases.ts'
import type { Outcome } from '../../../support/run.ts'
import { writeFiles, zipService } from '../../../support/world.ts'

const b = { ENV: 'staging', SERVICE: 'b', JSON: '1' }
let world: DeployWorld
let programs: string
let duringSynth: string

/** When Ctrl-C comes: as a program starts, when its request arrives, or when a synth begins. */
type Moment = { program: string } | { request: string } | 'synth'

/** Before anything was written. */
const early: readonly Moment[] = [
  { program: 'git rev-parse' },
  { program: 'git ls-remote' },
  { program: 'git ls-tree' },
  { program: 'terraform version' },
  'synth',
  { request: 'GetCallerIdentity' },
]

describe.skipIf(!(await hasTerraform()))('Ctrl-C', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await makeShippedZip(onFinished)
    // At the named call, whatever options come before its verb, they do what a terminal does to a command and to all that it has started.
    programs = join(world.folder, 'programs')
    const striking = (name: string) =>
      `#!/bin/sh\ncase "${name} $* " in $STRIKE_AT) kill -INT 0; sleep 1;; esac\n` +
      `PATH="\${PATH#*${delimiter}}"\nexec ${name} "$@"\n`
    await writeFiles(programs, {
      git: striking('git'),
      terraform: striking('terraform'),
      'during-synth.mjs': duringSynthModule,
    })
    duringSynth = pathToFileURL(join(programs, 'during-synth.mjs')).href
  })

  it.each([...early, { request: 'GetObject' }, { request: 'PutObject' }])(
    'ends a deploy with what is true, at %j',
    async moment => {
      world.emulator.clearRequests()
      const ended = await strike('deploy', b, moment)
      expectStopped(ended, 'Nothing was changed.')
      expect(writes(world.emulator).filter(write => !/tfstate/.test(write))).toEqual([])
    },
  )

  it('ends a deploy that has begun to apply with what is true', async () => {
    const ended = await strike('deploy', b, { request: 'CreateFunction' })
    expectStopped(ended, 'What Terraform had applied by then is in the state')
    expect(ended.stderr).toContain('interrupted while trying to apply service-b in staging')
  })

  it('leaves a deploy that is about to move the traffic to an end that is true', async () => {
    const { code } = await strike('deploy', b, { request: 'CreateAlias' })
    expect([0, 6]).toContain(code)
    const again = expectDone(await world.waybill('deploy', b))
    expect(JSON.parse(again.stdout).results).toMatchObject([{ service: 'service-b' }])
    const { lambda } = clientsFor(world.emulator)
    const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
    expect(await lambda.send(new GetAliasCommand(alias))).toMatchObject({ FunctionVersion: '1' })
  })

  it('ends a rollout in a phase: the traffic is back, held, or, at the second Ctrl-C, where it was', async () => {
    const phased = { settings: { strategy: '10%/1m, 100%/1m' } }
    await world.commit(zipService('service-b', phased))
    await world.ship('service-b', '1.1.0')
    const ledger = await ledgersIn(world.emulator, '111111111111')
    const stateNow = async () =>
      (await ledger.head({ service: 'service-b' as ServiceName, environment: 'staging' })).state

    const back = await strikeAfter('UpdateAlias', b, started => started.signal('SIGTERM'))
    expect([back.code, JSON.parse(back.stdout).error.code]).toEqual([5, 'rollout-taken-back'])
    expect(back.stderr).toContain('was stopped, and its traffic sent back')
    expect([await sharesNow(), await stateNow()]).toMatchObject([{ 1: 1 }, { hold: null, open: null }])

    const held = await strikeAfter('UpdateAlias', { ...b, ON_STOP: 'hold' }, started =>
      started.signal('SIGTERM'),
    )
    expect([held.code, JSON.parse(held.stdout).error.code]).toEqual([4, 'rollout-held'])
    expect([await sharesNow(), (await stateNow()).hold]).toEqual([{ 1: 0.9, 2: 0.1 }, expect.any(Number)])
    const resume = { ENV: 'staging', SERVICE: 'b', REASON: 'again' }
    expectDone(await world.waybill('resume', resume))

    // The call that sends the traffic back gets no answer.
    const twice = await strikeAfter('GetMetricData', b, started => {
      started.signalGroup('SIGINT')
      const action = async () => {
        // Sooner, it would count as the same one.
        await sleep(600)
        started.signalGroup('SIGINT')
      }
      world.emulator.inject({ operation: 'UpdateAlias', kind: 'timeout', times: 1, action })
    })
    expectStopped(twice, 'traffic that was sent to a new revision stays there')
    expect([await sharesNow(), (await stateNow()).open?.shift?.share]).toEqual([{ 1: 0.9, 2: 0.1 }, 10])
  })

  it.each(
    early.filter(moment => moment === 'synth' || !('program' in moment && / ls-/.test(moment.program))),
  )('ends a bootstrap with what is true, at %j', async moment => {
    const ended = await strike('bootstrap', { JSON: '1' }, moment)
    expectStopped(ended, /Nothing was changed|What it had created by then stays/)
  })

  it('ends a bootstrap that makes the state bucket with what is true, and the next one continues', async () => {
    const { staging, prod } = deployEnvironments.environments
    const environments = { staging, prod: { ...prod, stateBucket: 'acme-state-prod' } }
    await world.commit({ 'cdktf/environments.json': JSON.stringify({ ...deployEnvironments, environments }) })
    const ended = await strike('bootstrap', { ENV: 'prod', JSON: '1' }, { request: 'CreateBucket' })
    expectStopped(ended, 'What it had created by then stays')
    expectDone(await world.waybill('bootstrap', { ENV: 'prod' }))
  })

  it('ends a command that does not wait for a step at once', async () => {
    const ended = await strike('doctor', { JSON: '1' }, { request: 'GetCallerIdentity' })
    expectStopped(ended, 'What it had done by then stays.')
  })
})

function expectStopped({ code, stdout, stderr }: Outcome, truth: string | RegExp): void {
  expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringMatching(/was asked to stop\. /) })
  expect(stderr).toMatch(truth)
  expect(stderr).not.toMatch(/bug in Waybill/)
  expect(JSON.parse(stdout).error).toMatchObject({
    code: expect.stringMatching(/interrupted$/),
    exitCode: 6,
    remedy: expect.stringContaining('safe to run this again'),
  })
}

/** Runs a command and sends it Ctrl-C at a moment. */
async function strike(command: string, options: Record<string, string>, moment: Moment): Promise<Outcome> {
  let started: Killable | undefined
  const program = typeof moment === 'object' && 'program' in moment ? moment.program : 'none'
  const request = typeof moment === 'object' && 'request' in moment ? moment.request : undefined
  const hit = () => started?.signalGroup('SIGINT')
  const clear = request
    ? world.emulator.inject({ operation: request, kind: 'delay', delayMs: 50, times: 1, action: hit })
    : () => undefined
  started = startWaybill(world, command, {
    ...options,
    ...(moment === 'synth' ? { NODE_OPTIONS: `--import=${duringSynth}` } : {}),
    PATH: `${programs}${delimiter}${world.env.PATH}`,
    STRIKE_AT: `${program.replace(' ', ' *')} *`,
  })
  const ended = await started.ended
  clear()
  return ended
}

/** Runs a deploy, and acts on it once a request of it has been answered. */
async function strikeAfter(
  operation: string,
  options: Record<string, string>,
  act: (started: Killable) => void,
): Promise<Outcome> {
  let started: Killable | undefined
  const action = () => act(started as Killable)
  world.emulator.inject({ operation, kind: 'delay', delayMs: 0, times: 1, actionAt: 'after', action })
  started = startWaybill(world, 'deploy', options)
  return await started.ended
}

/** The weights of the alias, each version's from 0 to 1. */
async function sharesNow(): Promise<Record<string, number>> {
  const { lambda } = clientsFor(world.emulator)
  const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
  const { FunctionVersion = '', RoutingConfig } = await lambda.send(new GetAliasCommand(alias))
  const others = RoutingConfig?.AdditionalVersionWeights ?? {}
  const rest = Object.values(others).reduce((sum, weight) => sum - weight, 1)
  return { [FunctionVersion]: rest, ...others }
}

// Loaded into Waybill and its synthesizer: strikes once the latter has read what to synthesize.
const duringSynthModule = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { readFileSync } = fs
fs.readFileSync = (file, ...more) => {
  const read = readFileSync(file, ...more)
  if (file === 0) {
    process.kill(0, 'SIGINT')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  }
  return read
}
syncBuiltinESMExports()
`
