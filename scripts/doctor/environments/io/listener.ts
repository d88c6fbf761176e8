import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import { type AwsSettings, incompleteAnswer, required } from '../../../aws/io/calls.ts'
import { openBalancers } from '../../../aws/io/clients.ts'
import type { Look } from '../../check.ts'
import { attemptCall, attemptCallOrNone } from '../../io/attempt-call.ts'
import type { ListenerSeen, RuleSeen } from '../seen.ts'

const none = 'ListenerNotFoundException'

/** Looks at a listener and its load balancer; undefined if it does not exist. */
export async function observeListener(
  settings: AwsSettings,
  arn: string,
): Promise<Look<ListenerSeen | undefined>> {
  const { sdk, client } = await openBalancers(settings)
  const call = { right: 'elasticloadbalancing:DescribeListeners', doing: 'read the listener', none }
  const listener = await attemptCallOrNone(settings, call, async () =>
    first((await client.send(new sdk.DescribeListenersCommand({ ListenerArns: [arn] }))).Listeners),
  )
  if (!('value' in listener)) return listener
  if (listener.value === undefined) return { value: undefined }
  const { LoadBalancerArn, Protocol, Port } = listener.value
  const next = { right: 'elasticloadbalancing:DescribeLoadBalancers', doing: 'read the load balancer' }
  return await attemptCall(settings, next, async () => {
    const command = new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: [required(LoadBalancerArn)] })
    const { LoadBalancerName, State, VpcId } = first((await client.send(command)).LoadBalancers)
    const balancer = { name: required(LoadBalancerName), state: required(State?.Code), vpc: required(VpcId) }
    return { protocol: required(Protocol), port: required(Port), balancer }
  })
}

/** Looks at the rules of a listener; there are none if it does not exist. */
export async function observeRules(settings: AwsSettings, arn: string): Promise<Look<readonly RuleSeen[]>> {
  const { sdk, client } = await openBalancers(settings)
  const call = { right: 'elasticloadbalancing:DescribeRules', doing: 'read the rules of the listener' }
  return await attemptCall(settings, call, async () => {
    const found: Rule[] = []
    for await (const { Rules } of sdk.paginateDescribeRules({ client }, { ListenerArn: arn }))
      found.push(...required(Rules))
    return found.map(({ RuleArn, Priority, Actions = [] }) => {
      return { arn: required(RuleArn), priority: required(Priority), targetGroups: groupsOf(Actions) }
    })
  })
}

function first<Item>(all: readonly Item[] | undefined): Item {
  const [only] = required(all)
  if (only === undefined) throw incompleteAnswer()
  return only
}

/** The names of the target groups that a rule forwards to. */
function groupsOf(actions: readonly Action[]): string[] {
  const arns = actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    TargetGroupArn,
    ...(ForwardConfig?.TargetGroups ?? []).map(group => group.TargetGroupArn),
  ])
  const names = arns.flatMap(arn => arn?.split('/')[1] ?? [])
  return [...new Set(names)]
}
