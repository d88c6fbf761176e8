import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkNames, type Named } from '../../../scripts/catalogue/check-names.ts'
import type { ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { ecsNames, serviceName, targetGroupName } from '../../../scripts/kinds/ecs-service/names.ts'
import { aliasNames, functionName, functionNames } from '../../../scripts/kinds/lambda/names.ts'
import { printTarget, stackId } from '../../../scripts/names/target.ts'
import { stateKey } from '../../../scripts/stack/names.ts'
import { config, service } from '../samples.ts'

const routed = config('ecs-service', { settings: { route: { priority: 1, paths: ['/x'] } } })

type More = { config?: ServiceConfig; account?: string; region?: string }

function named(name: string, environment: string, more: More = {}): Named {
  const { config: own = config('lambda-zip'), account = '111111111111', region = 'eu-central-1' } = more
  return { target: { service: service(name), environment }, config: own, environment: { account, region } }
}

const quotas = { rolesPerAccount: 1000, rulesPerBalancer: 100, trustPolicyCharacters: 2048 }
const messages = (all: readonly Named[]) => checkNames(all, quotas).map(({ message }) => message)

it('names a target after its service and environment', () => {
  const { target } = named('service-a', 'staging')
  expect(printTarget(target)).toBe('service-a in staging')
  expect(stackId(target)).toBe('service-a-staging')
  expect(stateKey(target)).toBe('staging/service-a.tfstate')
  expect(aliasNames('staging')).toEqual({ live: 'STAGING', stable: 'STAGING_STABLE' })
})

it.each([
  ['lambda-zip', 'the function', 64],
  ['lambda-image', 'the IAM role', 64],
] as const)('the name of a %s may be as long as %s allows', (kind, what, most) => {
  const fitting = named('a'.repeat(most - '-prod'.length), 'prod', { config: config(kind) })
  expect(messages([fitting])).toEqual([])
  const long = named('a'.repeat(most - '-prod'.length + 1), 'prod', { config: config(kind) })
  expect(messages([long]).join('\n')).toContain(
    `the name of ${what} of ${printTarget(long.target)} is too long`,
  )
})

it('a service with a route has 32 characters for its name, including the suffix of its second target group', () => {
  const name = (length: number) => 'a'.repeat(length - '-prod-alt'.length)
  expect(messages([named(name(32), 'prod', { config: routed })])).toEqual([])
  expect(messages([named(name(33), 'prod', { config: routed })])).toEqual([
    `the name of the target group of ${name(33)} in prod is too long for AWS: ${name(33)}-prod-alt`,
  ])
  expect(messages([named(name(33), 'prod', { config: config('ecs-service') })])).toEqual([])
})

it('a route in one environment limits names in that one only', () => {
  const json = { environments: { prod: { route: { priority: 1, paths: ['/x'] } } } }
  const only = config('ecs-service', json)
  expect(messages([named('a'.repeat(30), 'staging', { config: only })])).toEqual([])
  expect(messages([named('a'.repeat(30), 'prod', { config: only })])).toHaveLength(2)
})

it('refuses two targets with the same stack id, even in two accounts, since they would share a folder', () => {
  const all = [named('a', 'b-c'), named('a-b', 'c', { account: '222222222222' })]
  expect(messages(all)).toEqual(['a in b-c and a-b in c would both have the stack a-b-c'])
})

it('refuses the same priority twice on a listener, even from two environments', () => {
  const listener = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:listener/app/a/1/2'
  const on = (name: string, environment: string, arn?: string): Named => {
    const one = named(name, environment, { config: routed })
    return { ...one, environment: { ...one.environment, listener: arn } }
  }
  expect(messages([on('a', 'staging', listener), on('b', 'prod', listener)])).toEqual([
    'a in staging and b in prod would both use the priority 1 on the same listener',
  ])
  expect(messages([on('a', 'staging', listener), on('b', 'prod')])).toEqual([])
})

it('role names must be unique across the regions of an account', () => {
  const all = [
    named('a', 'b', { config: config('ecs-service') }),
    named('a-b', 'execution', { region: 'us-east-1' }),
  ]
  expect(messages(all)).toEqual([
    'a in b and a-b in execution would both use the IAM role a-b-execution in the same account',
  ])
  const elsewhere = named('a-b', 'execution', { account: '222222222222' })
  expect(messages([named('a', 'b', { config: config('ecs-service') }), elsewhere])).toEqual([])
})

const word = fc.constantFrom('a', 'b', 'alt', 'execution', 'balancer', 'x'.repeat(13))
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map(words => words.join('-'))
const kinds: readonly ServiceConfig[] = [config('lambda-zip'), config('ecs-service'), routed]
const target = fc
  .tuple(name, name, fc.constantFrom(...kinds), fc.constantFrom('1', '2'), fc.constantFrom('eu', 'us'))
  .map(([one, environment, kind, account, region]) =>
    named(one, environment, { config: kind, account, region }),
  )
const catalogue = fc.uniqueArray(target, { selector: one => printTarget(one.target), maxLength: 5 })

/** The names that targets use in AWS, each with the place where it must be unique. */
function taken(all: readonly Named[]): string[] {
  return all.flatMap(({ target: one, config: kind, environment: { account, region } }) => {
    if (kind.kind === 'lambda-zip') {
      const names = functionNames(one)
      return [
        `stack ${stackId(one)}`,
        `${account} ${region} function ${functionName(one, {})}`,
        `${account} role ${names.role}`,
      ]
    }
    const names = ecsNames(one)
    const groups = kind === routed ? [targetGroupName(one, {}), names.otherTargetGroup] : []
    return [
      `stack ${stackId(one)}`,
      `${account} ${region} service ${serviceName(one, {})}`,
      ...[names.role, names.executionRole, names.balancerRole].map(role => `${account} role ${role}`),
      ...groups.map(group => `${account} ${region} group ${group}`),
      // Without a listener, each environment counts as its own.
      ...(kind === routed ? [`priority 1 ${one.environment}`] : []),
    ]
  })
}

it('accepts exactly the targets whose names are unique and short enough', () => {
  fc.assert(
    fc.property(catalogue, all => {
      const every = taken(all)
      const long = all.some(({ target: one, config: kind }) => {
        if (kind.kind === 'lambda-zip') return functionName(one, {}).length > 64
        const { executionRole, otherTargetGroup } = ecsNames(one)
        return executionRole.length > 64 || (kind === routed && otherTargetGroup.length > 32)
      })
      expect(checkNames(all, quotas).length === 0).toBe(new Set(every).size === every.length && !long)
    }),
    { numRuns: 500 },
  )
})

it('schedules and offered ports have names that AWS can take', () => {
  const schedules = { ['a'.repeat(58)]: { expression: 'rate(1 hour)', command: ['x'] } }
  const ports = { ['p'.repeat(60)]: 9000 }
  const services = { main: {}, ['p'.repeat(60)]: {} }
  const settings = { schedules, ports, serviceConnect: { namespace: 'internal', services } }
  const long = messages([named('x', 'prod', { config: config('ecs-service', { settings }) })])
  expect(long).toEqual([
    expect.stringContaining('the name of the schedule of x in prod is too long'),
    expect.stringContaining('the name of the port in Service Connect of x in prod is too long'),
  ])
})
