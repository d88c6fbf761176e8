import type { AwsSettings } from '../../../aws/io/calls.ts'
import type { Arm, Pointer, Progress, Shifting, Stepped } from '../../io/mover.ts'
import type { EcsApplied } from '../applied.ts'
import { metricsOf } from '../arms.ts'
import { printTaskDefinition } from '../names.ts'
import { deploymentTo, type Shifted, shiftedTo } from '../shift.ts'
import { shiftConfiguration } from '../shift-configuration.ts'
import { atOnce, refOf } from './client.ts'
import { connectShifts, type Shifting as Seen, type Shifts } from './shift-client.ts'
import { requestThrough } from './smoke.ts'

/** Divides the traffic of ECS services: ECS shifts it in steps, and a hook waits before each of them. */
export function shiftingOf(settings: AwsSettings): Shifting<EcsApplied> {
  let connected: Promise<Shifts> | undefined
  const shifts = () => {
    connected ??= connectShifts(settings)
    return connected
  }
  const looks = rememberLooks()
  const see = async (applied: EcsApplied): Promise<Seen | undefined> => {
    const seen = await (await shifts()).see(refOf(applied), applied.revision)
    if (seen !== undefined) looks.add(applied, seen)
    return seen
  }
  return {
    async shift(_, __, { guard }) {
      const { deployment, hook } = guarded(guard)
      if (deployment === undefined || hook === undefined) return 'moved by another'
      return (await (await shifts()).proceed(deployment, hook)) ? 'sent' : 'moved by another'
    },
    async smoke(applied, _, check, signal) {
      if (!('path' in check)) throw new TypeError('a service is requested, not called')
      const routes = await (await shifts()).routes(refOf(applied))
      if (routes?.testRule === undefined) return 'its load balancer has no rule for test traffic'
      return await requestThrough(settings, routes.testRule, check, signal)
    },
    async arm(applied, revision) {
      if (looks.last(applied) === undefined) await see(applied)
      return armOf(looks.groupOf(applied, revision), looks.last(applied)?.rule)
    },
    async whole(applied) {
      const { groups = [], rule } = (await (await shifts()).routes(refOf(applied))) ?? {}
      return groups.map(group => armOf(group, rule))
    },
    steps: {
      async look(applied) {
        const seen = await see(applied)
        return seen && steppedOf(seen, shiftedTo(applied.revision, seen))
      },
      async prepare(applied, { phases }, before) {
        const seen = await see(applied)
        if (seen === undefined) return { state: 'gone' }
        const ours = deploymentTo(applied.revision, seen)
        if (ours !== undefined) return { state: ours.hook === undefined ? 'moving' : 'arrived' }
        const { primary, configuration } = seen
        if (primary.taskDefinition === applied.revision) return arrivalOf(seen)
        if (primary.id !== guarded(before.guard).primary) return replaced(seen, before)
        const { alarms, deploymentCircuitBreaker, maximumPercent, minimumHealthyPercent } = configuration
        const kept = { alarms, deploymentCircuitBreaker, maximumPercent, minimumHealthyPercent }
        const how = { ...kept, ...shiftConfiguration(phases) }
        // ECS takes a strategy only once what an apply has begun is complete.
        if (primary.rollout !== 'IN_PROGRESS')
          await (await shifts()).begin(refOf(applied), applied.revision, how)
        return { state: 'moving' }
      },
      async finish(applied, revision) {
        const seen = await see({ ...applied, revision })
        if (seen === undefined) return { state: 'gone' }
        const ours = deploymentTo(revision, seen)
        if (ours?.hook !== undefined) await (await shifts()).proceed(ours.arn, ours.hook)
        if (ours !== undefined) return { state: 'moving' }
        return seen.primary.taskDefinition === revision ? arrivalOf(seen) : replaced(seen, undefined)
      },
      async rest(applied) {
        const configuration = await (await shifts()).atRest(refOf(applied))
        const hooks = configuration?.lifecycleHooks ?? []
        if (configuration === undefined || !hooks.some(({ targetType }) => targetType === 'PAUSE')) return
        await (await shifts()).configure(refOf(applied), atOnce(configuration))
      },
    },
  }
}

/** The target groups of task definitions, as of the last look at each service: within a rollout they stay. */
function rememberLooks() {
  const groups = new Map<string, string>()
  const looks = new Map<string, Seen>()
  const place = ({ cluster, serviceName }: EcsApplied) => `${cluster}/${serviceName}`
  const last = (applied: EcsApplied) => looks.get(place(applied))
  const known = (applied: EcsApplied, revision: string) => groups.get(`${place(applied)} ${revision}`)
  return {
    last,
    add(applied: EcsApplied, seen: Seen) {
      looks.set(place(applied), seen)
      for (const one of [seen.running, seen.newest?.source, seen.newest?.target])
        if (one?.group !== undefined) groups.set(`${place(applied)} ${one.taskDefinition}`, one.group)
    },
    /** Where a task definition has its tasks; one that has none is not where the other one is. */
    groupOf(applied: EcsApplied, revision: string): string | undefined {
      const seen = last(applied)
      const other = seen && known(applied, seen.primary.taskDefinition)
      return known(applied, revision) ?? seen?.groups.find(group => group !== other)
    },
  }
}

function armOf(group: string | undefined, rule: string | undefined): Arm {
  // Metrics of no name have no values, which is too little to go on.
  return metricsOf(group ?? '', rule ?? '')
}

function arrivalOf({ primary }: Seen): Progress {
  return { state: primary.rollout === 'COMPLETED' ? 'arrived' : 'moving' }
}

/** What became of a deployment that is not the service's any more. */
function replaced({ primary, newest }: Seen, before: Pointer | undefined): Progress {
  const { id, taskDefinition } = primary
  const isKnown = before === undefined || Object.hasOwn(before.shares, taskDefinition)
  if (!isKnown) return { state: 'taken over', by: taskDefinition }
  return {
    state: 'went back',
    to: taskDefinition,
    why: newest?.reason ?? `the deployment ${id} took its place`,
  }
}

function steppedOf({ primary, newest }: Seen, { shares, ...shifted }: Shifted): Stepped {
  const says = Object.entries(shares).map(([one, share]) => `${share} % to ${printTaskDefinition(one)}`)
  const waiting = shifted.stage === 'waiting' ? [newest?.arn, newest?.hook] : []
  return {
    ...shifted,
    shares,
    guard: [primary.id, ...waiting].join(' '),
    says: `its load balancer sends ${says.join(' and ')}`,
  }
}

/** What a guard of `steppedOf` was made of. A hook has another id each time that it waits. */
function guarded(guard: string) {
  const [primary, deployment, hook] = guard.split(' ')
  return { primary, deployment, hook }
}
