import { createClock } from './clock.ts'
import { holdAlarm } from './cloudwatch/alarms.ts'
import type { Network } from './ec2/state.ts'
import { makeNetwork } from './ec2/state.ts'
import type { RolloutWish } from './ecs/rollouts.ts'
import { setRollout } from './ecs/rollouts.ts'
import { ensureCluster } from './ecs/state.ts'
import type { ListenerSetup, RuleSetup } from './elasticloadbalancing/state.ts'
import { makeListener, makeRule } from './elasticloadbalancing/state.ts'
import type { Credential } from './iam/identities.ts'
import { createIdentities } from './iam/identities.ts'
import type { AlarmWish, MetricWish } from './pipeline/control.ts'
import { control } from './pipeline/control.ts'
import type { Fault } from './pipeline/faults.ts'
import { createFaults } from './pipeline/faults.ts'
import { closeServer, listen } from './pipeline/http-server.ts'
import { createQuotas } from './pipeline/quotas.ts'
import type { LoggedRequest } from './pipeline/request-log.ts'
import { createRequestLog } from './pipeline/request-log.ts'
import { serve } from './pipeline/serve.ts'
import type { Published } from './sns/state.ts'
import type { StoreOptions } from './stores.ts'
import { createStores, servicesOn } from './stores.ts'
import type { ServiceCall } from './triggers/call-function.ts'

export type { Fault, FaultKind } from './pipeline/faults.ts'
export type { LoggedRequest } from './pipeline/request-log.ts'

/** A running emulator. It is a stand-in for AWS, not AWS. */
export type Emulator = {
  /** For example `http://127.0.0.1:4599`. */
  url: string
  /** What a child process needs in order to talk to the emulator and to nothing else. */
  env: Record<string, string>
  /** The account of `env`'s credentials. */
  account: string
  /** The request log, in order of arrival. */
  requests: () => LoggedRequest[]
  clearRequests: () => void
  /** Puts a fault in force; returns what takes it out again. */
  inject: (fault: Fault) => () => void
  clearFaults: () => void
  /**
   * The environment variables of another identity: of another account, of a session that has expired, or of a principal
   * (a role, a user, the root user), whatever IAM holds.
   */
  credentials: (options: {
    account?: string
    expired?: boolean
    principalArn?: string
  }) => Record<string, string>
  /** Makes an object report this many bytes, because nobody uploads 6 GB in a test. */
  pretendObjectSize: (bucket: string, key: string, bytes: number) => void
  /** Gives a repository a lifecycle policy unchecked: what AWS does not take today it may take one day. */
  pretendLifecyclePolicy: (repository: string, text: string) => void
  /** Makes an ECS cluster unless there is one; returns its ARN. */
  ensureCluster: (name: string, owner?: { account?: string; region?: string }) => string
  /** Makes the subnets and security groups of a VPC. */
  makeNetwork: (network: Network, owner?: { account?: string; region?: string }) => void
  /** Makes a listener with this ARN and its load balancer, in the account and region that it names. */
  makeListener: (arn: string, setup: ListenerSetup) => void
  /** Makes a rule of a listener, and its target groups; returns its ARN. */
  makeRule: (listener: string, setup: RuleSetup) => string
  /** Has a listener take real requests: plain HTTP on a free port of loopback; returns its URL. */
  openListener: (arn: string) => Promise<string>
  /** Says how deployments of an ECS service end: the one in progress, and those to come. */
  setRollout: (wish: RolloutWish) => void
  /** Puts the clock forward by which everything in AWS goes that takes time, so that no test has to wait. */
  advanceClock: (milliseconds: number) => void
  /** Waits until every call that AWS makes by itself, of an alarm, a rule or a schedule, is over. */
  settled: () => Promise<void>
  /** Those calls so far, with what came of them. */
  serviceCalls: () => readonly ServiceCall[]
  /** What was published to topics, oldest first. */
  published: () => readonly Published[]
  /** Runs code in this process in place of a function's own. */
  runHere: (functionName: string, code: (event: unknown) => Promise<unknown>) => void
  /** The time by that clock, in milliseconds since the epoch; every answer's `Date` says it. */
  now: () => number
  /** Holds an alarm in a state whatever its metrics say, or lets it follow them again. */
  holdAlarm: (wish: AlarmWish) => void
  /** Adds a value to a metric, also to one of AWS's own, which PutMetricData refuses. */
  recordMetric: (wish: MetricWish) => void
  /** Stops listening, destroys open connections and kills the processes of functions and tasks. */
  close: () => Promise<void>
}

/** What can be set when the emulator starts. */
export type EmulatorOptions = StoreOptions & {
  /** Default: a free one. */
  port?: number
  /** Default: us-east-1. */
  region?: string
  /** Default: 111111111111. */
  account?: string
  latencyMs?: number | ((operation: string) => number)
  /**
   * Requests a second by operation, and of Lambda's control plane together as `lambda:control-plane`, for each account and
   * region, as a token bucket that starts full; default: as many as come. `documentedQuotas` has AWS's own.
   */
  quotas?: Record<string, number>
  /** The time that quotas go by, in milliseconds; default: the machine's. */
  quotaNow?: () => number
  /** Hears of each request once it is over. */
  onRequest?: (request: LoggedRequest) => void
  /** ECS clusters that are there from the start, in `account` and `region`. */
  clusters?: string[]
}

/** Starts an emulator on loopback with empty stores. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { region = 'us-east-1', account = '111111111111', latencyMs = 0 } = options
  const identities = createIdentities()
  const clock = createClock()
  const log = createRequestLog(options.onRequest)
  const faults = createFaults()
  const stores = createStores(options, clock, (principalArn, owner) => ({
    ...credentialEnv(identities.session({ account: owner.account, principalArn })),
    ...endpointEnv(`http://${stores.ecr.host}`, owner.region),
  }))
  const cluster: Emulator['ensureCluster'] = (name, owner = {}) =>
    ensureCluster(stores.ecs, { account, region, ...owner }, name).arn
  for (const name of options.clusters ?? []) cluster(name)
  const pipeline = {
    services: servicesOn(stores, identities, region),
    log,
    faults,
    quotas: createQuotas(options.quotas ?? {}, options.quotaNow),
    latencyMs: typeof latencyMs === 'number' ? () => latencyMs : latencyMs,
  }
  const credentials: Emulator['credentials'] = ({ account: other = account, ...options }) =>
    credentialEnv(
      options.expired || options.principalArn !== undefined
        ? identities.session({ account: other, ...options })
        : identities.user(other),
    )
  const ownerOf = (wish: { account?: string; region?: string }) => ({ account, region, ...wish })
  const controlled = {
    log,
    faults,
    credentials,
    ensureCluster: cluster,
    openListener: stores.front.open,
    setRollout: (wish: RolloutWish) => setRollout(stores.ecs, wish),
    advanceClock: clock.advance,
    holdAlarm: (wish: AlarmWish) => holdAlarm(stores.cloudwatch, ownerOf(wish), wish),
    recordMetric: ({ value, ...wish }: MetricWish) =>
      stores.cloudwatch.metrics.record(ownerOf(wish), wish, value, wish),
  }
  const { server, port } = await listen(options.port ?? 0, clock, async (request, deliver) => {
    const answered = await control(request, controlled)
    if (answered) await deliver({ how: 'send', answer: answered })
    else await serve(pipeline, request, deliver)
  })
  stores.ecr.host = `127.0.0.1:${port}`
  const url = `http://${stores.ecr.host}`
  return {
    url,
    env: { ...credentialEnv(identities.user(account)), ...endpointEnv(url, region) },
    account,
    requests: log.all,
    clearRequests: log.clear,
    inject: faults.inject,
    clearFaults: faults.clear,
    credentials,
    pretendObjectSize: (bucket, key, bytes) => {
      const version = stores.s3.buckets.get(bucket)?.objects.get(key)?.[0]
      if (!version) throw new Error(`no object ${bucket}/${key}`)
      version.size = bytes
    },
    pretendLifecyclePolicy: (name, text) => {
      const repository = [...stores.ecr.repositories.values()].find(candidate => candidate.name === name)
      if (!repository) throw new Error(`no repository ${name}`)
      repository.lifecyclePolicy = { text, at: Date.now() }
    },
    ensureCluster: cluster,
    makeNetwork: (network, owner = {}) => makeNetwork(stores.ec2, { account, region, ...owner }, network),
    makeListener: (arn, setup) => {
      makeListener(stores.balancers, arn, setup)
    },
    makeRule: (arn, setup) => {
      const listener = stores.balancers.listeners.get(arn)
      if (!listener) throw new Error(`no listener ${arn}`)
      return makeRule(stores.balancers, listener, setup)
    },
    openListener: controlled.openListener,
    setRollout: controlled.setRollout,
    advanceClock: controlled.advanceClock,
    settled: stores.triggers.settled,
    serviceCalls: stores.triggers.calls,
    published: () => stores.sns.published,
    runHere: (name, code) => void stores.lambda.here.set(name, code),
    now: clock.now,
    holdAlarm: controlled.holdAlarm,
    recordMetric: controlled.recordMetric,
    close: async () => {
      stores.triggers.close()
      await stores.front.close()
      await Promise.all([closeServer(server), stores.lambda.runtime.close(), stores.runner?.close()])
    },
  }
}

function credentialEnv(credential: Credential): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credential.accessKey,
    AWS_SECRET_ACCESS_KEY: credential.secretKey,
    // Empty rather than absent, so that it also replaces one that was there.
    AWS_SESSION_TOKEN: credential.sessionToken ?? '',
  }
}

function endpointEnv(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    // Nothing of a person's own configuration may reach a test, nor a request a real account.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  }
}
