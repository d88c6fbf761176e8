import { roleNameCharacters } from '../../aws/quotas.ts'
import { stackId, type Target } from '../../names/target.ts'
import type { NameUsed, Part, Surroundings } from '../kind.ts'
import { inAccount, inRegion } from '../names.ts'

/** The names of an ECS service's resources in AWS. */
export function serviceNames(target: Target) {
  const name = stackId(target)
  return {
    /** The service, and the family of its task definitions. */
    service: name,
    /** The role of its tasks. */
    role: name,
    /** The role that ECS starts a task with. */
    executionRole: `${name}-execution`,
    /** The role that ECS shifts load balancer traffic with. */
    balancerRole: `${name}-balancer`,
    logGroup: `/ecs/${name}`,
    targetGroup: name,
    /** The second target group of a service that shifts traffic. */
    otherTargetGroup: `${name}-alt`,
    alarms: { serverErrors: `${name}-5xx`, latency: `${name}-latency`, cpu: `${name}-cpu` },
  } as const
}

// Amazon ECS API reference, CreateService; Elastic Load Balancing API reference, CreateTargetGroup and CreateRule.
const longest = { service: 255, targetGroup: 32, priority: 5 } as const

/** Every name that an ECS service uses, and the priority of its rule. */
export function serviceNamesUsed(target: Target, given: Part, environment: Surroundings): NameUsed[] {
  const names = serviceNames(target)
  const [account, region] = [inAccount(environment), inRegion(environment)]
  const role = (name: string) => ({
    what: 'the IAM role',
    name,
    longest: roleNameCharacters,
    within: account,
  })
  const group = (name: string) => {
    return { what: 'the target group', name, longest: longest.targetGroup, within: region }
  }
  return [
    { what: 'the ECS service', name: names.service, longest: longest.service, within: region },
    ...[names.role, names.executionRole, names.balancerRole].map(role),
    ...('route' in given ? [names.targetGroup, names.otherTargetGroup].map(group) : []),
    ...priority(target, given, environment),
  ]
}

function priority({ environment: name }: Target, given: Part, { listener }: Surroundings): NameUsed[] {
  const { priority } = (given.route ?? {}) as { priority?: number }
  if (priority === undefined) return []
  return [
    {
      what: 'the priority',
      name: String(priority),
      longest: longest.priority,
      // A listener has one rule per priority, and two environments can share a listener.
      within: { says: 'on the same listener', key: listener ?? name },
      remedy: 'Give each its own priority in the route of its service.json.',
    },
  ]
}
