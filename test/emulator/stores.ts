import type { Clock } from './clock.ts'
import { isRinging } from './cloudwatch/alarms.ts'
import { createMetrics } from './cloudwatch/metrics.ts'
import { cloudWatchService } from './cloudwatch/service.ts'
import type { AlarmState, CloudWatchState } from './cloudwatch/state.ts'
import { ec2Service } from './ec2/service.ts'
import type { Ec2State } from './ec2/state.ts'
import { createEc2 } from './ec2/state.ts'
import { ecrService } from './ecr/service.ts'
import type { EcrState } from './ecr/state.ts'
import { createRunner, type Runner } from './ecs/runner.ts'
import { ecsService } from './ecs/service.ts'
import { settleAll } from './ecs/settle.ts'
import type { EcsState } from './ecs/state.ts'
import { createFront, type Front } from './elasticloadbalancing/front.ts'
import { balancerService } from './elasticloadbalancing/service.ts'
import type { BalancerState } from './elasticloadbalancing/state.ts'
import { createBalancers } from './elasticloadbalancing/state.ts'
import { eventsService } from './events/service.ts'
import type { EventsState } from './events/state.ts'
import type { Identities } from './iam/identities.ts'
import { iamService } from './iam/service.ts'
import type { IamState } from './iam/state.ts'
import { createIam } from './iam/state.ts'
import { lambdaService } from './lambda/service.ts'
import type { LambdaState } from './lambda/state.ts'
import { logsService } from './logs/service.ts'
import type { LogsState } from './logs/state.ts'
import type { Service } from './protocol/protocol.ts'
import { registryService } from './registry/service.ts'
import { createRuntime } from './runtime/runtime.ts'
import { s3Service } from './s3/service.ts'
import type { S3State } from './s3/state.ts'
import { schedulerService } from './scheduler/service.ts'
import type { SchedulerState } from './scheduler/state.ts'
import { secretsService } from './secretsmanager/service.ts'
import type { SecretsState } from './secretsmanager/state.ts'
import { snsService } from './sns/service.ts'
import type { SnsState } from './sns/state.ts'
import { stsService } from './sts/service.ts'
import { createTriggers, type Triggers } from './triggers/triggers.ts'

/** How the services behave where AWS leaves a choice or takes its time. */
export type StoreOptions = {
  /** Which error an identical push to an immutable repository gives; reports from AWS differ. */
  identicalPut?: EcrState['identicalPut']
  /** How long a Lambda function is in progress after a change, in milliseconds; default: until somebody looks at it. */
  lambdaUpdateMs?: number
  /**
   * Where the choice between the versions of a weighted alias, or between weighted target groups, begins, from 0 to 1;
   * default 0. The same seed gives the same choices.
   */
  routingSeed?: number
  /**
   * How long an ECS deployment takes to start its tasks, in milliseconds; default 0: each look at a service ends one
   * deployment that does not bake or pause.
   */
  ecsDeploymentMs?: number
  /**
   * Whether the tasks of ECS services run as processes of this machine: those whose image has a command of Node.js. They
   * are told their port in PORT. Default false: a task is only a record.
   */
  taskProcesses?: boolean
  /**
   * What a new alarm starts as; default OK. In AWS it starts as INSUFFICIENT_DATA and settles within minutes. Here an
   * alarm whose metrics never had any data stays as it is until SetAlarmState says otherwise.
   */
  alarmState?: AlarmState
}

/** What every service holds. */
export type Stores = {
  s3: S3State
  ecr: EcrState
  lambda: LambdaState
  ecs: EcsState
  cloudwatch: CloudWatchState
  iam: IamState
  ec2: Ec2State
  balancers: BalancerState
  scheduler: SchedulerState
  events: EventsState
  sns: SnsState
  logs: LogsState
  secrets: SecretsState
  /** What calls functions by itself. */
  triggers: Triggers
  front: Front
  /** There if tasks run as processes. */
  runner: Runner | undefined
}

/** Makes empty stores: Lambda reads code from these S3 and ECR, ECS images from ECR and alarms from CloudWatch. */
export function createStores(
  options: StoreOptions,
  clock: Clock,
  sessionEnv: LambdaState['sessionEnv'],
): Stores {
  const s3: S3State = { buckets: new Map() }
  const identicalPut = options.identicalPut ?? 'ImageAlreadyExistsException'
  const ecr: EcrState = { repositories: new Map(), host: '', identicalPut }
  const cloudwatch: CloudWatchState = {
    alarms: new Map(),
    initial: options.alarmState ?? 'OK',
    history: [],
    metrics: createMetrics(clock),
    clock,
  }
  const iam = createIam()
  const logs: LogsState = { groups: new Map(), clock }
  const lambda: LambdaState = {
    functions: new Map(),
    lastVersions: new Map(),
    s3,
    ecr,
    iam,
    updateMs: options.lambdaUpdateMs,
    clock,
    runtime: createRuntime(),
    here: new Map(),
    metrics: cloudwatch.metrics,
    logs,
    running: new Map(),
    routingSeed: options.routingSeed ?? 0,
    sessionEnv,
  }
  const scheduler: SchedulerState = { schedules: new Map(), iam, clock }
  const balancers = createBalancers()
  const ecs: EcsState = {
    clusters: new Map(),
    families: new Map(),
    services: new Map(),
    tags: new Map(),
    rollouts: new Map(),
    ecr,
    balancers,
    isInAlarm: (owner, name) => isRinging(cloudwatch, owner, name),
    deploymentMs: options.ecsDeploymentMs ?? 0,
    clock,
  }
  const runner = options.taskProcesses ? createRunner(ecs, sessionEnv) : undefined
  if (runner) ecs.runner = runner
  const front = createFront({
    state: balancers,
    metrics: cloudwatch.metrics,
    seed: options.routingSeed ?? 0,
    settle: () => settleAll(ecs),
  })
  const events: EventsState = { rules: new Map(), clock }
  const triggers = createTriggers({ cloudwatch, ecs, events, scheduler, lambda, iam, clock })
  const sns: SnsState = { topics: new Set(), published: [], clock }
  const secrets: SecretsState = { secrets: new Map() }
  const called = { scheduler, events, triggers }
  const others = { ec2: createEc2(), balancers, sns, secrets, logs }
  return { s3, ecr, lambda, ecs, cloudwatch, iam, ...others, ...called, front, runner }
}

/** The services on the wire; S3 comes last because it also claims what nobody signed. */
export function servicesOn(stores: Stores, identities: Identities, region: string): Service[] {
  return [
    ecrService(stores.ecr, identities),
    registryService(stores.ecr, identities),
    lambdaService(stores.lambda, identities),
    ecsService(stores.ecs, identities),
    cloudWatchService(stores.cloudwatch, identities),
    iamService(stores.iam, identities),
    ec2Service(stores.ec2, identities),
    balancerService(stores.balancers, identities),
    schedulerService(stores.scheduler, identities),
    eventsService(stores.events, identities),
    snsService(stores.sns, identities),
    logsService(stores.logs, identities),
    secretsService(stores.secrets, identities),
    stsService(identities),
    s3Service(stores.s3, identities, region),
  ]
}
