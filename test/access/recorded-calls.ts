import { createHash } from 'node:crypto'
import { delimiter, join } from 'node:path'
import { PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr'
import { CreatePolicyCommand } from '@aws-sdk/client-iam'
import { GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { expect } from 'vitest'
import { boundaryName, boundaryStatements } from '../../scripts/access/boundary.ts'
import { roleNamesOf } from '../../scripts/access/role-names.ts'
import { iamArn } from '../../scripts/aws/arn.ts'
import { exitCodes } from '../../scripts/base/user-error.ts'
import { type Environments, parseEnvironments } from '../../scripts/catalogue/environments.ts'
import { parseServiceConfig } from '../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import { installDocker } from '../docker/install.ts'
import { clientsFor } from '../emulator/clients.ts'
import type { LoggedRequest } from '../emulator/emulator.ts'
import { mediaTypes, pushImage, sampleImage } from '../emulator/sample-image.ts'
import { startChannels } from '../support/channels.ts'
import type { OnFinished } from '../support/cleanup.ts'
import {
  type DeployWorld,
  deployEnvironments,
  expectDone,
  makeDeployWorld,
  routed,
} from '../support/deploy.ts'
import { ledgersIn } from '../support/ledger.ts'
import { readImage } from '../support/releases.ts'
import { makeSurroundings } from '../support/surroundings.ts'
import { imageService, zipService } from '../support/world.ts'
import { putBucketPolicy } from './bucket-policy.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts'
import { type Right, registryRights, rightsOf } from './rights.ts'

const signatureType = 'application/vnd.example.signature'
const { artifacts } = deployEnvironments
const { staging, prod } = deployEnvironments.environments
const prodAccount = '222222222222'
// Where the local AWS puts a topic and a secret of these names.
const notices = {
  topic: `arn:aws:sns:${artifacts.region}:${artifacts.account}:ends`,
  webhook: `arn:aws:secretsmanager:${artifacts.region}:${artifacts.account}:secret:hook-${createHash('sha256').update('hook').digest('hex').slice(0, 6)}`,
}
const text = JSON.stringify({
  ...deployEnvironments,
  artifacts: { ...artifacts, requiredReferrers: [signatureType] },
  environments: {
    // So that make prune has something to remove, and doctor looks for a lock.
    staging: { ...staging, keepRevisions: 1, ledger: { retentionDays: 1 }, notices },
    // Only what shares the artifact account can be traced with its role.
    prod: { ...prod, account: prodAccount, after: 'staging' },
  },
  github: { repository: 'acme/parcels' },
})
const build = { command: 'mkdir dist && cp main.txt index.mjs dist/', output: 'dist' }
const files: Record<string, string> = {
  ...imageService('service-a', { settings: routed }),
  ...zipService('service-b', { build }),
  'services/service-b/index.mjs': 'export const handler = () => ({ ok: true })\n',
}
const source = { name: 'test', remedy: '' }

/** The environments of the world in which calls are recorded. */
export const environments: Environments = parseEnvironments(text, source)

const roleNames = roleNamesOf(environments)

/** Its services. */
export const services = Object.fromEntries(
  ['service-a', 'service-b'].map(name => [
    name,
    parseServiceConfig(files[`services/${name}/service.json`] ?? '', source),
  ]),
)

/** What the jobs of each role called, by the role's name. */
export type Calls = {
  /** What the commands and Terraform's own state need. */
  readonly rights: ReadonlyMap<string, readonly Right[]>
  /** The actions of all calls that arrived meanwhile, including those of Terraform's provider (a stand-in). */
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>
}

type Noted = { readonly by: string; readonly rights: Right[]; readonly actions: string[] }

type Stage = {
  readonly world: DeployWorld
  /** Runs a command as the jobs of a role do, and expects its exit code. */
  as(role: string, command: string, options?: Record<string, string>, code?: number): Promise<string>
}

/** Runs every command that a role is for, from the first build to a yanked release, and returns the calls. */
export async function recordCalls(onFinished: OnFinished): Promise<Calls> {
  const world = await makeDeployWorld({ onFinished, files })
  const proxy = await startRecordingProxy(world.emulator.url)
  onFinished(() => proxy.close())
  const noted: Noted[] = []
  await makeChannels(world, onFinished)
  const stage = await prepare(world, proxy, noted)
  await release(stage, '1.0.0')
  // Where nothing is applied yet there is no state.
  await stage.as(roleNames.read, 'trace', { TAG: 'service-a-v1.0.0' })
  await deploy(stage)
  await world.commit({ 'services/service-a/main.txt': '2\n', 'services/service-b/main.txt': '2\n' })
  await release(stage, '1.1.0')
  await planAndDeploy(stage)
  await resume(stage)
  await watch(stage)
  await watchService(stage)
  await prune(stage)
  await look(stage)
  await goBack(stage)
  return byRole(proxy, noted)
}

/** Makes what a bootstrap with the repository on GitHub would: the bounds that the roles of services name. */
async function makeBoundaries({ emulator }: DeployWorld): Promise<void> {
  const { iam } = clientsFor(emulator)
  for (const name of Object.keys(deployEnvironments.environments)) {
    const Statement = boundaryStatements(environments)
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam.send(
      new CreatePolicyCommand({ PolicyName: boundaryName({ ...environments, name }), PolicyDocument }),
    )
  }
}

/** Makes what staging announces its ends in. */
async function makeChannels({ emulator }: DeployWorld, onFinished: OnFinished): Promise<void> {
  const server = await startChannels(onFinished)
  const { sns, secrets } = clientsFor(emulator)
  await sns.send(new CreateTopicCommand({ Name: 'ends' }))
  await secrets.send(new CreateSecretCommand({ Name: 'hook', SecretString: `${server.url}/hook` }))
}

/** Gives production, which is in another account, a ledger with an entry, as its owner does. */
async function holdInProduction({ emulator, waybill }: DeployWorld): Promise<void> {
  const env = emulator.credentials({ account: prodAccount })
  expectDone(await waybill('bootstrap', { ENV: 'prod' }, { env }))
  expectDone(await waybill('hold', { ENV: 'prod', SERVICE: 'a', REASON: 'a test' }, { env }))
}

async function prepare(world: DeployWorld, proxy: RecordingProxy, noted: Noted[]): Promise<Stage> {
  const bin = join(world.folder, 'bin')
  await installDocker(bin)
  await world.commit({ 'cdktf/environments.json': text })
  await makeBoundaries(world)
  makeSurroundings(world.emulator, Object.values(environments.environments))
  await putBucketPolicy(world, environments)
  await holdInProduction(world)
  const env = { AWS_ENDPOINT_URL: proxy.url, PATH: `${bin}${delimiter}${world.env.PATH}` }
  const credentialsOf = (role: string) =>
    world.emulator.credentials({ principalArn: iamArn(artifacts, `role/${role}`) })
  return {
    world,
    async as(role, command, options = {}, code = 0) {
      proxy.recordFor(role)
      world.emulator.clearRequests()
      const outcome = await world.waybill(command, options, { env: { ...env, ...credentialsOf(role) } })
      proxy.recordFor('nobody')
      const requests = world.emulator.requests()
      // docker calls the registry that ECR names, and the provider calls the endpoint: neither passes the proxy.
      const registry = requests.filter(({ service }) => service === 'registry')
      const rights = registry.flatMap(request => registryRights(request, artifacts))
      const provided = requests.filter(({ service }) => providers.includes(service))
      noted.push({
        by: role,
        rights,
        actions: provided.map(actionOf),
      })
      expect(outcome.code, outcome.stderr).toBe(code)
      return outcome.stdout
    },
  }
}

// The AWS services in which the provider creates resources.
const providers: readonly string[] = ['lambda', 'ecs', 'elasticloadbalancing', 'cloudwatch', 'iam']

// Service Authorization Reference: of what is called there, only this operation and its action have different names.
function actionOf({ service, operation }: Pick<LoggedRequest, 'service' | 'operation'>): string {
  return `${service}:${operation === 'Invoke' ? 'InvokeFunction' : operation}`
}

const tags = (version: string) => ['service-a', 'service-b'].map(name => `${name}-v${version}`)

async function release({ world, as }: Stage, VERSION: string): Promise<void> {
  const { build, release: role } = roleNames
  const commit = await world.git(['rev-parse', 'HEAD'])
  await as(build, 'build')
  await sign(world)
  // A person releases: what that calls justifies no right of a role.
  await as('nobody', 'release', { SERVICE: 'a,b', VERSION, COMMIT: commit })
  await as(role, 'promote', { TAG: tags(VERSION).join() })
  for (const TAG of tags(VERSION)) await as(role, 'pin', { ENV: 'staging', TAG })
  await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
}

/** Attaches a signature, which a promotion requires here, to the newest image, as a signing job would. */
async function sign(world: DeployWorld): Promise<void> {
  const commit = await world.git(['log', '-1', '--format=%H', '--', 'services/service-a'])
  const { digest = '' } = (await readImage(world, 'service-a-image', commit)) ?? {}
  const subject = { mediaType: mediaTypes.ociIndex, digest, size: 1 }
  const signature = sampleImage(`signature of ${digest}`, { artifactType: signatureType, subject })
  await pushImage(clientsFor(world.emulator).ecr, 'service-a-image', signature)
}

async function deploy({ as }: Stage): Promise<void> {
  await as(roleNames.deploy('staging'), 'deploy', { ENV: 'staging' })
}

/** Applies a saved plan as where a person approves it, and another as where one job plans and applies. */
async function planAndDeploy({ world, as }: Stage): Promise<void> {
  const [read, role] = [roleNames.readIn('staging'), roleNames.deploy('staging')]
  await as(read, 'plan', { ENV: 'staging', ALL: '1' })
  const saved = await as(read, 'plan', { ENV: 'staging', SERVICE: 'b', OUT: 'state', JSON: '1' })
  const { file, sha256 } = JSON.parse(saved) as { file: string; sha256: string }
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b', PLAN: file, PLAN_SHA256: sha256 })
  const own = { ENV: 'staging', SERVICE: 'a', OUT: join(world.folder, 'plan'), ALL: '1', JSON: '1' }
  const { sha256: other } = JSON.parse(await as(role, 'plan', own)) as { sha256: string }
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'a', PLAN: own.OUT, PLAN_SHA256: other })
  await as(role, 'deploy', { ENV: 'staging' })
}

/** Interrupts an apply of the function before it publishes, and deploys twice: to publish, and to send the traffic. */
async function resume({ world, as }: Stage): Promise<void> {
  const role = roleNames.deploy('staging')
  await world.commit(zipService('service-b', { build, settings: { variables: { GREETING: 'hello' } } }))
  const clear = world.emulator.inject({ operation: 'PublishVersion', kind: 'access-denied' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b' }, exitCodes.badInput)
  clear()
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b' }, exitCodes.cloud)
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b' })
}

/** Plans a rollout of the function in phases, and watches it until an alarm rings, right after the first shift. */
async function watch({ world, as }: Stage): Promise<void> {
  const { emulator } = world
  const rollout = { strategy: '10%/1m, 100%/1m', smoke: { contains: { ok: true } } }
  const role = roleNames.deploy('staging')
  const given = zipService('service-b', { build, settings: { ...rollout, variables: { GREETING: 'hi' } } })
  await world.commit(given)
  const alarm = { account: artifacts.account, region: artifacts.region, name: 'service-b-staging-errors' }
  const clear = emulator.inject({
    operation: 'UpdateAlias',
    kind: 'delay',
    delayMs: 0,
    action: () => emulator.holdAlarm({ ...alarm, hold: 'ALARM' }),
  })
  await as(roleNames.readIn('staging'), 'plan', { ENV: 'staging', SERVICE: 'b' })
  await as(role, 'plan', { ENV: 'staging', SERVICE: 'b' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b' }, exitCodes.rolledBack)
  clear()
  await world.commit(zipService('service-b', { build, settings: { variables: { GREETING: 'hello' } } }))
  // The rollout that went back holds the service.
  await as(role, 'resume', { ENV: 'staging', SERVICE: 'b', REASON: 'a test' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'b' })
}

const alternate = { ...routed, strategy: { type: 'rolling', alternate: true } }

/** The same for the service, after it got its second target group. */
async function watchService({ world, as }: Stage): Promise<void> {
  const { emulator } = world
  const role = roleNames.deploy('staging')
  await world.commit(imageService('service-a', { settings: alternate }))
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'a' })
  const phases = { strategy: '10%/1m, 100%/1m', variables: { GREETING: 'hi' } }
  await world.commit(imageService('service-a', { settings: { ...routed, ...phases } }))
  const alarm = { account: artifacts.account, region: artifacts.region, name: 'service-a-staging-5xx' }
  const clear = emulator.inject({
    operation: 'ContinueServiceDeployment',
    kind: 'delay',
    delayMs: 0,
    action: () => emulator.holdAlarm({ ...alarm, hold: 'ALARM' }),
  })
  await as(roleNames.readIn('staging'), 'plan', { ENV: 'staging', SERVICE: 'a' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'a' }, exitCodes.rolledBack)
  clear()
  emulator.holdAlarm({ ...alarm, hold: 'OK' })
  await world.commit(imageService('service-a', { settings: alternate }))
  await as(role, 'resume', { ENV: 'staging', SERVICE: 'a', REASON: 'a test' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'a' })
}

/** Takes the function back, and the service while ECS deploys something else. */
async function goBack({ world, as }: Stage): Promise<void> {
  const role = roleNames.deploy('staging')
  await world.commit(
    imageService('service-a', { settings: { ...alternate, variables: { GREETING: 'hello' } } }),
  )
  world.emulator.setRollout({ cluster: 'shared', service: 'service-a-staging', outcome: 'hangs' })
  await as(role, 'deploy', { ENV: 'staging', SERVICE: 'a', WAIT: '1s' }, exitCodes.cloud)
  for (const SERVICE of ['a', 'b'])
    await as(role, 'rollback', { ENV: 'staging', SERVICE, REASON: 'a test', CONFIRM: SERVICE })
}

/** Removes the versions of the function that are neither the newest nor named. */
async function prune({ world, as }: Stage): Promise<void> {
  const FunctionName = 'service-b-staging'
  const { lambda } = clientsFor(world.emulator)
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: 'STAGING' }))
  // Otherwise it names the first version for ever.
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'STAGING_STABLE', FunctionVersion }))
  await as(roleNames.deploy('staging'), 'prune', { ENV: 'staging' })
}

async function look({ world, as }: Stage): Promise<void> {
  const { release: role, read, readIn } = roleNames
  await as(role, 'yank', { TAG: 'service-a-v1.0.0', REASON: 'a test' })
  await as(role, 'reconcile')
  await pinInProduction(world, as)
  for (const TAG of tags('1.1.0')) await as(read, 'trace', { TAG })
  await as(read, 'reconcile', { DRY_RUN: '1' })
  // Doctor lists images only if a lifecycle rule could delete one.
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 }
  const rules = [{ rulePriority: 1, selection, action: { type: 'expire' } }]
  const policy = { repositoryName: 'service-a-image', lifecyclePolicyText: JSON.stringify({ rules }) }
  await clientsFor(world.emulator).ecr.send(new PutLifecyclePolicyCommand(policy))
  await as(read, 'doctor', {}, exitCodes.badInput)
  await as(readIn('staging'), 'reconcile', { ENV: 'staging', DRY_RUN: '1' })
  // An entry that its writer did not announce, and is not about to.
  const ledger = await ledgersIn(world.emulator, artifacts.account)
  const quiet = { service: 'service-b' as ServiceName, environment: 'staging' }
  await ledger.append(quiet, { arn: 'arn:aws:iam::1:user/bob' }, () => ({ type: 'held', reason: 'a test' }))
  world.emulator.advanceClock(3 * 60_000)
  await as(readIn('staging'), 'reconcile', { ENV: 'staging', NOTICES: '1' })
  await as(readIn('staging'), 'history', { ENV: 'staging' })
  for (const SERVICE of ['a', 'b']) await as(readIn('staging'), 'incident', { ENV: 'staging', SERVICE })
  // Nobody has made the roles here.
  await as(readIn('staging'), 'doctor', { ENV: 'staging' }, exitCodes.badInput)
}

/** Pins what staging verified; and the other way round, which production has nothing for. */
async function pinInProduction({ git }: DeployWorld, as: Stage['as']): Promise<void> {
  const role = roleNames.release
  await as(role, 'pin', { ENV: 'prod', TAG: 'service-a-v1.1.0' })
  await git(['pull', '--quiet', '--rebase', 'origin', 'main'])
  await as(role, 'pin', { ENV: 'staging', FROM: 'prod' }, exitCodes.refused)
}

function byRole({ recorded }: RecordingProxy, noted: readonly Noted[]): Calls {
  const called = recorded.map(request => ({ by: request.by, rights: rightsOf(request, artifacts) }))
  const rights = Map.groupBy([...called, ...noted], ({ by }) => by)
  const actions = Map.groupBy(noted, ({ by }) => by)
  return {
    rights: new Map([...rights].map(([by, all]) => [by, all.flatMap(one => one.rights)])),
    actions: new Map([...actions].map(([by, all]) => [by, new Set(all.flatMap(one => one.actions))])),
  }
}
