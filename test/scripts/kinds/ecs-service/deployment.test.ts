import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Deployment,
  fallbackFor,
  judgeDeployment,
} from '../../../../scripts/kinds/ecs-service/deployment.ts'

const [wanted, other] = ['service-a-staging:2', 'service-a-staging:1']

function deployment(id: string, status: string, more: Partial<Deployment> = {}): Deployment {
  const base = { id, status, taskDefinition: wanted, rollout: 'IN_PROGRESS', reason: undefined }
  return { ...base, desired: 2, running: 1, ...more }
}

const before = { taskDefinition: other, rollout: 'COMPLETED', running: 2 }
const rollingBack = {
  taskDefinition: other,
  reason: 'ECS deployment circuit breaker: rolling back to deploymentId old.',
}
const failed = { rollout: 'FAILED', reason: 'ECS deployment circuit breaker: tasks failed to start.' }

const judged: [string, Deployment[], object][] = [
  [
    'is in progress',
    [deployment('ours', 'PRIMARY'), deployment('old', 'ACTIVE', before)],
    { state: 'moving' },
  ],
  [
    'has no rollout state from ECS',
    [deployment('ours', 'PRIMARY', { rollout: undefined, running: 2 })],
    { state: 'moving' },
  ],
  ['has arrived', [deployment('ours', 'PRIMARY', { rollout: 'COMPLETED' })], { state: 'arrived' }],
  [
    'failed, and that somebody then started again',
    [deployment('theirs', 'PRIMARY'), deployment('ours', 'ACTIVE', failed)],
    { state: 'moving' },
  ],
  [
    'is being rolled back',
    [deployment('back', 'PRIMARY', rollingBack), deployment('ours', 'ACTIVE', failed)],
    { state: 'went back', to: other, why: failed.reason },
  ],
  [
    'was rolled back, and ECS has forgotten it: the service is stable',
    [deployment('back', 'PRIMARY', { ...rollingBack, rollout: 'COMPLETED' })],
    { state: 'went back', to: other, why: `the deployment back took its place: ${rollingBack.reason}` },
  ],
  [
    'was replaced by another deploy',
    [
      deployment('theirs', 'PRIMARY', { taskDefinition: 'service-a-staging:3' }),
      deployment('ours', 'ACTIVE', { reason: 'ECS deployment ours in progress.' }),
    ],
    { state: 'taken over', by: 'service-a-staging:3' },
  ],
  [
    'failed with rollback off, so that the previous one still runs',
    [deployment('ours', 'PRIMARY', { ...failed, running: 0 }), deployment('old', 'ACTIVE', before)],
    { state: 'went back', to: other, why: failed.reason },
  ],
  [
    'failed with rollback off and nothing before it',
    [deployment('ours', 'PRIMARY', { rollout: 'FAILED', running: 0 })],
    { state: 'went back', to: 'nothing', why: 'ECS gives no reason' },
  ],
  [
    'failed halfway with nothing before it',
    [deployment('ours', 'PRIMARY', failed)],
    { state: 'went back', to: wanted, why: failed.reason },
  ],
  [
    'is gone with its service',
    [],
    { state: 'went back', to: 'nothing', why: 'the service has no primary deployment' },
  ],
]

it.each(judged)('a deployment that %s', (_, all, state) => {
  expect(judgeDeployment(all, { revision: wanted, before: other })).toEqual(state)
})

it('counts any replacement as a rollback if what ran before is unknown', () => {
  const all = [deployment('theirs', 'PRIMARY', { taskDefinition: 'service-a-staging:3' })]
  expect(judgeDeployment(all, { revision: wanted, before: undefined })).toMatchObject({
    state: 'went back',
    to: 'service-a-staging:3',
  })
})

/** A model of how ECS changes a service step by step (Amazon ECS developer guide, "Deployment circuit breaker"). */
type Service = {
  readonly all: readonly Deployment[]
  /** What ECS rolls back to: the task definition of the last completed deployment. */
  readonly good: string
  readonly next: number
}

const primary = ({ all }: Service) => all.find(({ status }) => status === 'PRIMARY')

function start(service: Service, taskDefinition: string, reason?: string): Service {
  const draining = service.all.map(one => ({ ...one, status: 'ACTIVE' }))
  const fresh = deployment(`ecs-svc/${service.next}`, 'PRIMARY', { taskDefinition, reason, running: 0 })
  return { ...service, all: [fresh, ...draining], next: service.next + 1 }
}

function end(service: Service, rollout: 'COMPLETED' | 'FAILED'): Service {
  if (primary(service)?.rollout !== 'IN_PROGRESS') return service
  return {
    ...service,
    good: rollout === 'COMPLETED' ? (primary(service)?.taskDefinition ?? '') : service.good,
    all: service.all.map(one => (one.status === 'PRIMARY' ? { ...one, rollout } : one)),
  }
}

const events: Record<string, (service: Service) => Service> = {
  'tasks start': service => ({ ...service, all: service.all.map(one => ({ ...one, running: one.desired })) }),
  'it completes': service => end(service, 'COMPLETED'),
  'it fails and stays': service => end(service, 'FAILED'),
  'it fails and is rolled back': service => {
    const ended = end(service, 'FAILED')
    return ended === service ? service : start(ended, service.good, 'rolling back')
  },
  'somebody deploys it again': service => start(service, primary(service)?.taskDefinition ?? ''),
  'somebody deploys ours': service => start(service, wanted),
  'somebody deploys another': service => start(service, 'service-a-staging:3'),
  'ECS forgets the old ones': service => ({
    ...service,
    all: service.all.filter(({ status }) => status === 'PRIMARY'),
  }),
}

it('judges arrived, taken over and went back exactly when the model says so', () => {
  const states = new Set<string>()
  const first: Service = { all: [deployment('old', 'PRIMARY', before)], good: other, next: 1 }
  const histories = fc.array(fc.constantFrom(...Object.keys(events)), { maxLength: 12 })
  const property = fc.property(histories, names => {
    let service = start(first, wanted)
    for (const name of names) {
      service = events[name]?.(service) ?? service
      const judgement = judgeDeployment(service.all, { revision: wanted, before: other })
      const now = primary(service)
      states.add(judgement.state)
      if (judgement.state === 'arrived')
        expect(now).toMatchObject({ taskDefinition: wanted, rollout: 'COMPLETED' })
      const isTheirs = now?.taskDefinition !== wanted && now?.taskDefinition !== other
      expect(judgement.state === 'taken over').toBe(isTheirs)
      const isLost =
        now?.taskDefinition === other || (now?.taskDefinition === wanted && now.rollout === 'FAILED')
      expect(judgement.state === 'went back').toBe(isLost)
      if (isLost || isTheirs) return
    }
  })
  fc.assert(property, { numRuns: 1_000 })
  expect([...states].toSorted()).toEqual(['arrived', 'moving', 'taken over', 'went back'])
})

it.each<[string, string[], string, string | undefined]>([
  ['what ran before', ['3', '2', '1'], '3', '2'],
  ['nothing before the first', ['1'], '1', undefined],
  ['nothing without any', [], '1', undefined],
  ['what ran last if what runs never succeeded', ['2', '1'], '3', '2'],
  ['what ran before, however often it was deployed', ['3', '3', '2', '2', '1'], '3', '2'],
  ['the same again right after it went back there', ['2', '3', '2', '1'], '2', '2'],
  ['not what was gone back from', ['4', '2', '3', '2', '1'], '4', '2'],
])('by its successful deployments alone, a service goes back to %s', (_, successful, running, to) => {
  expect(fallbackFor(successful, running)).toBe(to)
})
