import type { IncomingMessage, RequestOptions } from 'node:http'
import type { z } from 'zod'
import { type AwsSettings, explainAws, incompleteAnswer } from '../../../aws/io/calls.ts'
import { openBalancers } from '../../../aws/io/clients.ts'
import { plain } from '../../../base/printable.ts'
import type { requestCheck } from '../../../strategy/smoke.ts'

type Check = z.output<typeof requestCheck>

/** Where a rule's requests come in: the load balancer's own name, and the host that the rule is for. */
type Entrance = {
  readonly isSecure: boolean
  readonly address: string
  readonly port: number
  readonly host: string | undefined
}

/**
 * Requests a service through a rule. Returns why the answer is not what it should be, if it is not; a request that fails or
 * takes too long is no answer.
 */
export async function requestThrough(
  settings: AwsSettings,
  rule: string,
  check: Check,
  signal: AbortSignal,
): Promise<string | undefined> {
  const entrance = await entranceOf(settings, rule)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(check.timeoutSeconds * 1000)])
  try {
    const status = await request(entrance, check.path, limit)
    return status === check.status ? undefined : `${check.path} answered ${status}, not ${check.status}`
  } catch (error) {
    const why = limit.aborted ? `no answer in ${check.timeoutSeconds} s` : String(error)
    return `${check.path} at ${entrance.address}:${entrance.port}: ${plain(why, 300)}`
  }
}

async function entranceOf(settings: AwsSettings, rule: string): Promise<Entrance> {
  const { sdk, client } = await openBalancers(settings)
  const listener = rule.replace(':listener-rule/', ':listener/').replace(/\/[^/]*$/, '')
  const balancer = listener.replace(':listener/', ':loadbalancer/').replace(/\/[^/]*$/, '')
  const doing = `read where requests to ${rule} come in`
  try {
    const [{ Rules }, { Listeners }, { LoadBalancers }] = await Promise.all([
      client.send(new sdk.DescribeRulesCommand({ RuleArns: [rule] })),
      client.send(new sdk.DescribeListenersCommand({ ListenerArns: [listener] })),
      client.send(new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [balancer] })),
    ])
    const { Port: port, Protocol } = Listeners?.[0] ?? {}
    const address = LoadBalancers?.[0]?.DNSName
    if (Rules?.[0] === undefined || port === undefined || address === undefined) throw incompleteAnswer()
    const hosts = Rules[0].Conditions?.find(({ Field }) => Field === 'host-header')?.HostHeaderConfig
    return { isSecure: Protocol === 'HTTPS', address, port, host: hosts?.Values?.[0]?.replace(/[*?]/g, 'x') }
  } catch (error) {
    throw explainAws(error, settings, doing)
  }
}

/** The status of an answer. A certificate is for the service's host: without one, its name says nothing. */
async function request(
  { isSecure, address, port, host }: Entrance,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const { request: ask } = isSecure ? await import('node:https') : await import('node:http')
  const headers = host === undefined ? {} : { host }
  const tls = host === undefined ? { checkServerIdentity: () => undefined } : { servername: host }
  const options: RequestOptions = { host: address, port, path, headers, signal, agent: false, ...tls }
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const asked = ask(options, (answer: IncomingMessage) => {
    answer.resume()
    resolve(answer.statusCode ?? 0)
  })
  asked.on('error', reject)
  asked.end()
  return await promise
}
