import { expect, it } from 'vitest'
import { findEnvironment, parseEnvironments } from '../../../../scripts/catalogue/environments.ts'
import { checkListener } from '../../../../scripts/doctor/environments/listener.ts'
import type { EnvironmentSeen, ListenerSeen } from '../../../../scripts/doctor/environments/seen.ts'
import { environmentsJson } from '../../../support/world.ts'
import { service } from '../../samples.ts'

const listener =
  'arn:aws:elasticloadbalancing:eu-central-1:222222222222:listener/app/public/00000000000000aa/00000000000000ab'
const network = { vpc: 'vpc-a', subnets: ['subnet-a'] }
const json = {
  ...environmentsJson,
  environments: { staging: { ...environmentsJson.environments.staging, listener, network } },
}
const environment = findEnvironment(
  parseEnvironments(JSON.stringify(json), { name: 'test', remedy: '' }),
  'staging',
)
const balancer = { name: 'public', state: 'active', vpc: 'vpc-a' }
const good: ListenerSeen = { protocol: 'HTTPS', port: 443, balancer }

/** What is said about a listener, and about the priority of service-a, 10, among some rules. */
function said(found: ListenerSeen, rules: { priority: string; targetGroups: string[] }[] = []): string[] {
  const seen: EnvironmentSeen = {
    name: 'staging',
    environment,
    demand: {
      needs: new Map([['listener', [service('service-a')]]]),
      rules: [{ service: service('service-a'), priority: 10, targetGroups: ['service-a-staging'] }],
      capacityProviders: new Map(),
      longest: undefined,
      unknown: [],
    },
    caller: { value: '' },
    stateBucket: { value: [] },
    ledgerBucket: { value: [] },
    access: [],
    cluster: undefined,
    subnets: undefined,
    securityGroups: undefined,
    listener: { value: found },
    rules: { value: rules.map(rule => ({ ...rule, arn: 'arn:rule' })) },
    topic: undefined,
    webhook: undefined,
    revisions: { value: { keepRevisions: 20, services: [] } },
  }
  return checkListener(seen).map(({ state, detail }) => `${state}: ${detail}`)
}

it.each([
  [good, 'ok: HTTPS on port 443 of public, in vpc-a'],
  [{ ...good, protocol: 'HTTP', port: 80 }, 'ok: HTTP on port 80 of public, in vpc-a'],
  [{ ...good, protocol: 'TCP' }, 'failed: has the protocol TCP, and a route needs HTTP or HTTPS'],
  [
    { ...good, balancer: { ...balancer, state: 'provisioning' } },
    'failed: its load balancer public is provisioning',
  ],
  [
    { ...good, balancer: { ...balancer, state: 'active_impaired' } },
    'ok: HTTPS on port 443 of public, in vpc-a',
  ],
])('of the listener %j it is said: %s', (found, expected) => {
  expect(said(found)[0]).toBe(expected)
})

it.each([
  [[], 'ok'],
  [[{ priority: 'default', targetGroups: [] }], 'ok'],
  [[{ priority: '100', targetGroups: ['old'] }], 'ok'],
  [[{ priority: '10', targetGroups: ['service-a-staging', 'old'] }], 'ok'],
  [[{ priority: '10', targetGroups: ['service-a-staging-old'] }], 'failed'],
  [[{ priority: '10', targetGroups: [] }], 'failed'],
])('the priority 10 beside the rules %j is %s', (rules, state) => {
  expect(said(good, rules)[1]).toMatch(new RegExp(`^${state}: `))
})
