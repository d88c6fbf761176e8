import { expect, it } from 'vitest'
import { demandOf } from '../../../../scripts/doctor/environments/demand.ts'
import type { ClusterSeen, EnvironmentSeen } from '../../../../scripts/doctor/environments/seen.ts'
import { checkSurroundings } from '../../../../scripts/doctor/environments/surroundings.ts'
import { environments } from '../../../cdktf/catalogue.ts'
import { config, service } from '../../samples.ts'

const { staging } = environments().environments
const spot = { capacityProviderStrategy: { FARGATE: { base: 1 }, FARGATE_SPOT: {} } }

/** What is said about a cluster that one service runs on Fargate Spot in. */
function said(cluster: ClusterSeen): string[] {
  if (staging === undefined) throw new Error('there is no staging')
  const services = [
    [service('a'), config('ecs-service', { settings: spot })],
    [service('b'), config('ecs-service')],
  ] as const
  const seen: EnvironmentSeen = {
    name: 'staging',
    environment: staging,
    demand: demandOf(services, 'staging', staging),
    caller: { value: '' },
    stateBucket: { value: [] },
    ledgerBucket: { value: [] },
    access: [],
    cluster: { value: cluster },
    subnets: undefined,
    securityGroups: undefined,
    listener: undefined,
    rules: undefined,
    topic: undefined,
    webhook: undefined,
    revisions: { value: { keepRevisions: 20, services: [] } },
  }
  return checkSurroundings(seen)
    .filter(({ title }) => title === 'cluster')
    .map(({ state, detail }) => `${state}: ${detail}`)
}

it.each([
  [['FARGATE', 'FARGATE_SPOT'], 'ok: services is ACTIVE'],
  [['FARGATE'], 'failed: services lacks FARGATE_SPOT for a'],
  [[], 'failed: services lacks FARGATE for a; services lacks FARGATE_SPOT for a'],
])('a cluster with %j is checked for what services run on', (capacityProviders, expected) => {
  expect(said({ status: 'ACTIVE', capacityProviders })).toEqual([expected])
})
