import { setTimeout as sleep } from 'node:timers/promises'
import { GetAliasCommand } from '@aws-sdk/client-lambda'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { expect, it, onTestFinished } from 'vitest'
import { bundle } from '../../services/guardian/bundle.ts'
import { clientsFor } from '../emulator/clients.ts'
import { functionZip } from '../emulator/sample-zip.ts'
import { type DeployWorld, deployEnvironments, expectDone, makeDeployWorld } from '../support/deploy.ts'
import { startWaybill, terraformsEnded } from '../support/killable.ts'
import { zipService } from '../support/world.ts'

/* The guardian as it is built, deployed by make deploy, and called by AWS: a runner dies, and it ends the rollout. */

const minute = 60_000
const strategy = '10%/10m, 100%/5m'

async function makeGuarded(): Promise<DeployWorld> {
  const files = {
    ...zipService('guardian', { settings: { handler: 'index.handler', timeout: 60, memory: 512 } }),
    ...zipService('service-b', { environments: { staging: { strategy } } }),
  }
  const world = await makeDeployWorld({ files, repositories: [], onFinished: onTestFinished })
  const { sns } = clientsFor(world.emulator)
  const { TopicArn: topic } = await sns.send(new CreateTopicCommand({ Name: 'ends' }))
  const { environments } = deployEnvironments
  const own = { guardian: {}, notices: { topic } }
  const guarded = { ...environments, staging: { ...environments.staging, ...own } }
  const json = JSON.stringify({ ...deployEnvironments, environments: guarded })
  await world.commit({ 'cdktf/environments.json': json }, 'Guard staging')
  return world
}

const deploy = (world: DeployWorld, SERVICE: string) => world.waybill('deploy', { ENV: 'staging', SERVICE })

async function weights({ emulator }: DeployWorld): Promise<Record<string, number>> {
  const alias = { FunctionName: 'service-b-staging', Name: 'STAGING' }
  const { FunctionVersion = '', RoutingConfig } = await clientsFor(emulator).lambda.send(
    new GetAliasCommand(alias),
  )
  return { [FunctionVersion]: 1, ...RoutingConfig?.AdditionalVersionWeights }
}

/** Runs a deploy until its first phase has begun, and kills it. */
async function killInPhase(world: DeployWorld): Promise<void> {
  const killed = startWaybill(world, 'deploy', { ENV: 'staging', SERVICE: 'service-b' })
  while (Object.keys(await weights(world)).length === 1) await sleep(50)
  killed.signal('SIGKILL')
  await killed.ended
  await terraformsEnded(world)
}

it('ends what a killed runner left, and announces it', async () => {
  const world = await makeGuarded()
  await world.ship('service-b', '1.0.0')
  const early = await deploy(world, 'service-b')
  expect(early.stderr).toContain('make deploy ENV=staging SERVICE=guardian')
  const { code } = await bundle()
  const zip = functionZip({ 'index.js': code, 'package.json': '{"type":"module"}' })
  await world.ship('guardian', '1.0.0', 'staging', zip)
  expectDone(await deploy(world, 'guardian'))
  expectDone(await deploy(world, 'service-b'))
  await world.ship('service-b', '1.1.0')
  await killInPhase(world)
  const { emulator } = world
  emulator.advanceClock(56 * minute)
  await emulator.settled()
  expect(emulator.serviceCalls().at(-1)?.answer).toEqual({
    did: 'back',
    says: ['service-b in staging: all traffic is back on service-b-v1.0.0: nobody ended it by its deadline'],
  })
  expect(await weights(world)).toEqual({ 1: 1 })
  const history = await world.waybill('history', { ENV: 'staging', SERVICE: 'service-b' })
  expect(history.stdout).toContain('nobody ended it by its deadline')
  expect(emulator.published().at(-1)?.message).toContain('nobody ended it by its deadline')
  const published = emulator.published().length
  // The alarm calls the same function, which finds nothing to do but to tell people that it rings.
  emulator.holdAlarm({ name: 'service-b-staging-errors', hold: 'ALARM' })
  await emulator.settled()
  expect(emulator.serviceCalls().at(-1)?.answer).toMatchObject({ did: 'nothing' })
  expect(emulator.published()).toHaveLength(published + 1)
  expect(emulator.published().at(-1)?.message).toContain('the alarm service-b-staging-errors rings')
  // Nothing was left for later.
  const later = await world.waybill('reconcile', { ENV: 'staging' })
  expect(later.stdout).not.toContain('announced')
})
