import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Metrics } from '../cloudwatch/metrics.ts'
import { bind, closeServer } from '../pipeline/http-server.ts'
import type { Outcome } from './balancer-metrics.ts'
import { recordOutcome } from './balancer-metrics.ts'
import { chooseGroup, chooseTarget } from './choose.ts'
import { balancerError } from './input.ts'
import { actionFor } from './match.ts'
import { answerWith, passOn } from './proxy.ts'
import type { BalancerState, Listener, TargetGroup } from './state.ts'

/** What the front of the load balancers works on. */
export type FrontNeeds = {
  state: BalancerState
  metrics: Metrics
  /** Where the choice between weighted target groups begins, from 0 to 1. */
  seed: number
  /** Brings what writes the rules up to date, before a request is routed. */
  settle: () => void
}

/** Real listeners on loopback, one for each listener that somebody opens. */
export type Front = {
  /** Begins to listen, and answers the URL; plain HTTP, also for a listener of HTTPS. */
  open: (listener: string) => Promise<string>
  close: () => Promise<void>
}

/** Makes a front that listens nowhere yet. */
export function createFront(needs: FrontNeeds): Front {
  const open = new Map<string, Promise<{ server: Server; port: number }>>()
  const counts = new Map<string, number>()
  const next = (what: string) => {
    const n = (counts.get(what) ?? 0) + 1
    counts.set(what, n)
    return n
  }
  const serve = async (listener: Listener, message: IncomingMessage, response: ServerResponse) => {
    needs.settle()
    const outcome = await route({ ...needs, next }, listener, message, response)
    if (outcome) recordOutcome(needs.metrics, outcome)
  }
  return {
    open: async arn => {
      const listener = needs.state.listeners.get(arn)
      if (!listener) throw balancerError('ListenerNotFound', `There is no listener ${arn}`)
      const opened = open.get(arn) ?? listen((message, response) => void serve(listener, message, response))
      open.set(arn, opened)
      listener.openAt = (await opened).port
      return `http://127.0.0.1:${listener.openAt}`
    },
    close: async () => {
      for (const { targets } of needs.state.groups.values()) for (const target of targets) target.forget()
      await Promise.all([...open.values()].map(async opened => closeServer((await opened).server)))
    },
  }
}

type Router = FrontNeeds & { next: (what: string) => number }

/** Answers a request; undefined if no target group was to have it, so that nothing is measured. */
async function route(
  { state, seed, next }: Router,
  listener: Listener,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<Outcome | undefined> {
  const [path = '/'] = (message.url ?? '/').split('?')
  const host = (message.headers.host ?? '').replace(/:\d+$/, '')
  const { action, rule } = actionFor(state, listener, { host, path })
  if ('answer' in action) {
    answerWith(response, action.answer)
    return undefined
  }
  const { balancer } = listener
  const arn = chooseGroup(action.forward, seed, next(rule?.arn ?? listener.arn))
  const group: TargetGroup | undefined = state.groups.get(arn ?? '')
  const target = group && chooseTarget(group, next(group.arn))
  if (!group || !target) {
    answerWith(response, 503)
    return { balancer, by: 'balancer', status: 503 }
  }
  const passed = await passOn(message, response, target)
  return { balancer, group: group.arn, ...passed }
}

async function listen(handle: (message: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle)
  return { server, port: await bind(server, 0) }
}
