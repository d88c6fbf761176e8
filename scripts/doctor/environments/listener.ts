import type { Place } from '../../aws/arn.ts'
import { type DoctorCheck, fails, judge, type Look, passes } from '../check.ts'
import type { WantedRule } from './demand.ts'
import type { EnvironmentSeen, ListenerSeen, RuleSeen } from './seen.ts'
import { placeOf } from './surroundings.ts'

/** Whether the ARN of a listener is one of another account or region than the environment's. */
export function isElsewhere({ account, region }: Place, listener: string): boolean {
  const [, , , itsRegion, itsAccount] = listener.split(':')
  return itsRegion !== region || itsAccount !== account
}

/** Checks the listener, and that each service with a route finds its priority free or already has it. */
export function checkListener(seen: EnvironmentSeen): DoctorCheck[] {
  const { name, environment, listener, rules, demand } = seen
  const title = 'listener'
  if (demand.needs.has('listener') && environment.listener && isElsewhere(environment, environment.listener))
    return [fails(title, `${environment.listener} is not in ${placeOf(environment)}`, correct(name))]
  if (listener === undefined) return []
  const check = judge(title, listener, found => judgeListener(title, found, seen))
  if (rules === undefined || !exists(listener)) return [check]
  return [check, checkPriorities(rules, demand.rules)]
}

// Of one that is gone, the look at the rules would only say the same again.
function exists(listener: Look<ListenerSeen | undefined>): boolean {
  return !('value' in listener) || listener.value !== undefined
}

function correct(name: string): string {
  return `Correct listener of ${name} in cdktf/environments.json.`
}

function judgeListener(
  title: string,
  found: ListenerSeen | undefined,
  { name, environment }: EnvironmentSeen,
): DoctorCheck {
  const { listener = '', network } = environment
  const remedy = correct(name)
  if (found === undefined)
    return fails(
      title,
      `${listener} does not exist`,
      `Create the load balancer and its listener. Or: ${remedy}`,
    )
  const { protocol, port, balancer } = found
  if (protocol !== 'HTTP' && protocol !== 'HTTPS')
    return fails(title, `has the protocol ${protocol}, and a route needs HTTP or HTTPS`, remedy)
  if (network !== undefined && balancer.vpc !== network.vpc)
    return fails(
      title,
      `its load balancer ${balancer.name} is in ${balancer.vpc}, and network.vpc is ${network.vpc}`,
      `Correct listener or network of ${name} in cdktf/environments.json.`,
    )
  if (!balancer.state.startsWith('active'))
    return fails(
      title,
      `its load balancer ${balancer.name} is ${balancer.state}`,
      'Wait until it is active, or create it again if it has failed.',
    )
  return passes(title, `${protocol} on port ${port} of ${balancer.name}, in ${balancer.vpc}`)
}

function checkPriorities(rules: Look<readonly RuleSeen[]>, wanted: readonly WantedRule[]): DoctorCheck {
  const title = 'rule priorities'
  return judge(title, rules, all => {
    const clashes = wanted.flatMap(one => clashOf(one, all))
    if (clashes.length > 0)
      return fails(
        title,
        clashes.join('; '),
        "Set another priority in the route of the service's service.json, or remove that rule.",
      )
    const list = wanted.map(({ service, priority }) => `${priority} for ${service}`)
    return passes(title, `not taken by another rule: ${list.join(', ')}`)
  })
}

function clashOf({ service, priority, targetGroups }: WantedRule, all: readonly RuleSeen[]): string[] {
  const taken = all.find(rule => rule.priority === String(priority))
  if (taken === undefined) return []
  const isOwn = taken.targetGroups.some(group => targetGroups.includes(group))
  if (isOwn) return []
  const to = taken.targetGroups.length === 0 ? 'no target group' : taken.targetGroups.join(', ')
  return [`${service} has priority ${priority}, which ${taken.arn} has, a rule to ${to}`]
}
