import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  DeregisterTargetsCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientsFor } from '../clients.ts'
import type { Emulator } from '../emulator.ts'
import { startEmulator } from '../emulator.ts'
import { closeServer } from '../pipeline/http-server.ts'

const balancer = 'app/public/0000000000000001'
const listener = `arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/${balancer}/000000000000000a`
let emulator: Emulator
let url: string
let count = 0
const servers: Server[] = []

beforeAll(async () => {
  emulator = await startEmulator()
  emulator.makeListener(listener, { vpc: 'vpc-1', protocol: 'HTTPS' })
  url = await emulator.openListener(listener)
})
beforeEach(() => {
  count += 1
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map(closeServer))
})
afterAll(() => emulator.close())

const send = () => clientsFor(emulator).balancers

/** What a target does with a request, by its path. */
type Behaviour = { answer?: number; isHealthy?: () => boolean; dies?: boolean }

async function startTarget(name: string, { answer = 200, isHealthy = () => true, dies }: Behaviour = {}) {
  const server = createServer(async (message, response) => {
    if (message.url === '/') {
      response.writeHead(isHealthy() ? 200 : 500).end()
      return
    }
    if (dies) {
      message.socket.destroy()
      return
    }
    const { url: path, method, headers } = message
    response.writeHead(answer, { 'content-type': 'application/json', 'x-target': name })
    response.end(JSON.stringify({ name, path, method, headers, body: await text(message) }))
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { Id: '127.0.0.1', Port: (server.address() as AddressInfo).port }
}

/** Makes a rule for a path of this test with target groups, of which some have a target each; answers their ARNs. */
async function route(weights: Record<string, number>, targets: Record<string, Behaviour> = {}) {
  const named = Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [`${name}-${count}`, weight]),
  )
  const rule = emulator.makeRule(listener, { priority: count, paths: [`/${count}/*`], groups: named })
  const { Rules } = await send().send(new DescribeRulesCommand({ RuleArns: [rule] }))
  const arns = (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(
    one => one.TargetGroupArn ?? '',
  )
  const arnOf = (name: string) => arns[Object.keys(weights).indexOf(name)] ?? ''
  for (const [name, behaviour] of Object.entries(targets)) await add(arnOf(name), name, behaviour)
  return { rule, arnOf }
}

async function add(TargetGroupArn: string, name: string, behaviour: Behaviour = {}) {
  const target = await startTarget(name, behaviour)
  await send().send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [target] }))
  if (behaviour.isHealthy?.() !== false)
    await expect.poll(() => healthOf(TargetGroupArn)).not.toContain('initial')
  return target
}

async function healthOf(TargetGroupArn: string) {
  const { TargetHealthDescriptions } = await send().send(new DescribeTargetHealthCommand({ TargetGroupArn }))
  return TargetHealthDescriptions?.map(one => one.TargetHealth?.State)
}

const ask = (path = `/${count}/a`, options: RequestInit = {}) => fetch(`${url}${path}`, options)

/** The targets that answered so many requests, or the statuses of those that none answered. */
async function answered(times: number): Promise<string[]> {
  const all: string[] = []
  for (let n = 0; n < times; n += 1) {
    const answer = await ask()
    all.push(answer.headers.get('x-target') ?? String(answer.status))
    await answer.body?.cancel()
  }
  return all
}

const countOf = (all: string[], one: string) => all.filter(other => other === one).length

describe('a listener', () => {
  it('passes a request on as it is, and says where it came from', async () => {
    await route({ a: 1 }, { a: { answer: 201 } })
    const answer = await ask(`/${count}/a?b=c`, { method: 'POST', body: 'hello', headers: { 'x-own': '1' } })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      path: `/${count}/a?b=c`,
      method: 'POST',
      body: 'hello',
      headers: { 'x-own': '1', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
    })
  })

  it('answers by itself where no rule matches', async () => {
    expect((await ask('/nothing')).status).toBe(404)
  })

  it('goes by the rule with the lowest number whose path and host match', async () => {
    const { arnOf } = await route({ a: 1 }, { a: {} })
    const groups = { [`b-${count}`]: 1 }
    const hosts = ['*.Example.com']
    const priority = count + 10_000
    const rule = emulator.makeRule(listener, { priority, paths: [`/${count}/*`, '/x?z'], hosts, groups })
    const { Rules } = await send().send(new DescribeRulesCommand({ RuleArns: [rule] }))
    await add(Rules?.[0]?.Actions?.[0]?.TargetGroupArn ?? '', 'b')
    const target = (path: string, host: string) =>
      new Promise(resolve => {
        request(`${url}${path}`, { headers: { host } }, ({ headers, statusCode }) =>
          resolve(headers['x-target'] ?? statusCode),
        ).end()
      })
    expect(await target(`/${count}/a`, 'api.example.com')).toBe('a')
    expect(await target('/xyz', 'API.example.com:443')).toBe('b')
    expect(await target('/xyz', 'example.org')).toBe(404)
    expect(await target('/xyyz', 'api.example.com')).toBe(404)
    expect(await target('/XYZ', 'api.example.com')).toBe(404)
    expect(await healthOf(arnOf('a'))).toEqual(['healthy'])
  })

  it('of nobody cannot be opened', async () => {
    const arn = listener.replace('public', 'nobody')
    await expect(emulator.openListener(arn)).rejects.toThrow('There is no listener')
    const open = (body: object) =>
      fetch(`${emulator.url}/_emulator/listeners`, { method: 'POST', body: JSON.stringify(body) })
    expect((await open({ arn })).status).toBe(400)
    expect(await (await open({ arn: listener })).json()).toEqual({ url })
  })
})

describe('weights', () => {
  it('give each target group its share of any stretch of requests', async () => {
    await route({ stable: 95, canary: 5 }, { stable: {}, canary: {} })
    const all = await answered(300)
    expect(countOf(all, 'stable') + countOf(all, 'canary')).toBe(300)
    for (const start of [0, 50, 100, 150, 200]) {
      const share = countOf(all.slice(start, start + 100), 'canary')
      expect(Math.abs(share - 5)).toBeLessThanOrEqual(2)
    }
  })

  it('that somebody changes count from the next request on', async () => {
    const { rule, arnOf } = await route({ a: 1, b: 0 }, { a: {}, b: {} })
    expect(countOf(await answered(20), 'a')).toBe(20)
    const TargetGroups = ['a', 'b'].map(name => ({
      TargetGroupArn: arnOf(name),
      Weight: name === 'b' ? 1 : 0,
    }))
    const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }]
    await send().send(new ModifyRuleCommand({ RuleArn: rule, Actions }))
    expect(countOf(await answered(20), 'b')).toBe(20)
  })

  it('give the same order with the same seed', async () => {
    const order = async (routingSeed: number) => {
      const other = await startEmulator({ routingSeed })
      other.makeListener(listener, { vpc: 'vpc-1' })
      const rule = other.makeRule(listener, { priority: 1, paths: ['/*'], groups: { a: 1, b: 1 } })
      const { balancers } = clientsFor(other)
      const { Rules } = await balancers.send(new DescribeRulesCommand({ RuleArns: [rule] }))
      for (const [index, one] of (Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).entries()) {
        const Targets = [await startTarget(index === 0 ? 'a' : 'b')]
        await balancers.send(new RegisterTargetsCommand({ TargetGroupArn: one.TargetGroupArn, Targets }))
      }
      const at = await other.openListener(listener)
      const all: (string | null)[] = []
      for (let n = 0; n < 12; n += 1) all.push((await fetch(`${at}/a`)).headers.get('x-target'))
      await other.close()
      return all
    }
    const first = await order(0.1)
    expect(await order(0.1)).toEqual(first)
    expect(await order(0.45)).not.toEqual(first)
  })

  it('send 503 where they point to a group without targets, and to no other group instead', async () => {
    await route({ a: 1, empty: 1 }, { a: {} })
    const all = await answered(40)
    expect(countOf(all, '503')).toBeGreaterThanOrEqual(19)
    expect(countOf(all, 'a') + countOf(all, '503')).toBe(40)
  })

  it('of 0 everywhere send 503, too', async () => {
    await route({ a: 0 }, { a: {} })
    expect(await answered(2)).toEqual(['503', '503'])
  })
})

describe('targets', () => {
  it('that die give 502', async () => {
    const { arnOf } = await route({ a: 1 }, { a: { dies: true } })
    expect(await answered(2)).toEqual(['502', '502'])
    await Promise.all(servers.splice(0).map(closeServer))
    expect(await answered(1)).toEqual(['502'])
    await expect.poll(() => healthOf(arnOf('a'))).toEqual(['unhealthy'])
  })

  it('get requests in turn while they are healthy, and again when they are again', async () => {
    const { arnOf } = await route({ a: 1 }, { a: {} })
    let isWell = true
    await add(arnOf('a'), 'b', { isHealthy: () => isWell })
    await expect.poll(() => healthOf(arnOf('a'))).toEqual(['healthy', 'healthy'])
    expect(countOf(await answered(10), 'b')).toBe(5)
    const thresholds = { HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 }
    await send().send(new ModifyTargetGroupCommand({ TargetGroupArn: arnOf('a'), ...thresholds }))
    isWell = false
    await expect.poll(() => healthOf(arnOf('a'))).toEqual(['healthy', 'unhealthy'])
    expect(countOf(await answered(10), 'b')).toBe(0)
    isWell = true
    await expect.poll(() => healthOf(arnOf('a'))).toEqual(['healthy', 'healthy'])
  })

  it('all get requests if none is healthy, and none once they are taken out', async () => {
    const { arnOf } = await route({ a: 1 })
    const Targets = [await add(arnOf('a'), 'a', { isHealthy: () => false })]
    expect(await answered(2)).toEqual(['a', 'a'])
    await send().send(new DeregisterTargetsCommand({ TargetGroupArn: arnOf('a'), Targets }))
    expect(await answered(1)).toEqual(['503'])
    expect(await healthOf(arnOf('a'))).toEqual([])
  })
})

describe('metrics', () => {
  const LoadBalancer = balancer
  const AvailabilityZone = 'us-east-1a'

  async function sums(name: string, sets: Record<string, string>[], Stat = 'Sum') {
    const MetricDataQueries = sets.map((dimensions, index) => {
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
      const Metric = { Namespace: 'AWS/ApplicationELB', MetricName: name, Dimensions }
      return { Id: `q${index}`, MetricStat: { Metric, Period: 60, Stat } }
    })
    const EndTime = new Date(emulator.now() + 60_000)
    const StartTime = new Date(emulator.now() - 120_000)
    const asked = new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime })
    const { MetricDataResults = [] } = await clientsFor(emulator).cloudwatch.send(asked)
    return MetricDataResults.map(({ Values = [] }) => Values.reduce((sum, value) => sum + value, 0))
  }

  it('count requests and answers by target group, load balancer and zone', async () => {
    emulator.advanceClock(600_000)
    const { arnOf } = await route({ good: 3, bad: 1 }, { good: {}, bad: { answer: 500 } })
    await answered(40)
    const groupOf = (name: string) => ({ TargetGroup: arnOf(name).split(':').at(-1) ?? '' })
    const setsOf = (name: string) => [
      { LoadBalancer, ...groupOf(name) },
      { AvailabilityZone, LoadBalancer, ...groupOf(name) },
    ]
    const own = [{ LoadBalancer }, { AvailabilityZone, LoadBalancer }]
    const [requests = 0] = await sums('RequestCount', setsOf('bad'))
    expect(Math.abs(requests - 10)).toBeLessThanOrEqual(1)
    expect(await sums('RequestCount', [...own, ...setsOf('bad'), ...setsOf('good')])).toEqual([
      40,
      40,
      requests,
      requests,
      40 - requests,
      40 - requests,
    ])
    const errors = await sums('HTTPCode_Target_5XX_Count', [...own, ...setsOf('bad'), ...setsOf('good')])
    expect(errors).toEqual([requests, requests, requests, requests, 0, 0])
    expect(await sums('HTTPCode_Target_2XX_Count', setsOf('good'))).toEqual([40 - requests, 40 - requests])
    const [seconds = 0] = await sums('TargetResponseTime', setsOf('good'), 'Average')
    expect([seconds > 0, seconds < 5]).toEqual([true, true])
    expect(await sums('RequestCount', [groupOf('bad')])).toEqual([0])
  })

  it('tell what the load balancer answers from what a target does, and count no request that got nowhere', async () => {
    emulator.advanceClock(600_000)
    await route({ a: 1 }, { a: { dies: true } })
    await answered(2)
    count += 1
    await route({ empty: 1 })
    await answered(3)
    expect(await sums('HTTPCode_ELB_5XX_Count', [{ LoadBalancer }])).toEqual([5])
    expect(await sums('HTTPCode_ELB_502_Count', [{ LoadBalancer }])).toEqual([2])
    expect(await sums('HTTPCode_ELB_503_Count', [{ LoadBalancer }])).toEqual([3])
    expect(await sums('HTTPCode_Target_5XX_Count', [{ LoadBalancer }])).toEqual([0])
    expect(await sums('RequestCount', [{ LoadBalancer }])).toEqual([2])
  })

  it('follow the clock', async () => {
    await route({ a: 1 }, { a: {} })
    emulator.advanceClock(3_600_000)
    expect(await sums('RequestCount', [{ LoadBalancer }])).toEqual([0])
    await answered(3)
    expect(await sums('RequestCount', [{ LoadBalancer }])).toEqual([3])
  })
})
