import { managedPolicyArn, type Place } from '../../aws/arn.ts'
import { stackId, type Target } from '../../names/target.ts'
import { allAtOnceName } from '../../strategy/phases.ts'
import type { Counted, NameUsed, Part, Surroundings } from '../kind.ts'
import { clashOf, inRegion, roleUsed, taskStarterEnd } from '../names.ts'
import { mainPort } from './parts/ports.ts'
import { clusterOf } from './places.ts'

/** What an ECS service is called in AWS: by its settings where it was there before, or after its stack. */
export function serviceName(target: Target, { name }: Part): string {
  return typeof name === 'string' ? name : stackId(target)
}

/** The first target group of a service: by its route where it was there before, or after its stack. */
export function targetGroupName(target: Target, { route }: Part): string {
  const { targetGroup } = (route ?? {}) as { targetGroup?: unknown }
  return typeof targetGroup === 'string' ? targetGroup : stackId(target)
}

/** The names of what belongs to an ECS service, which are after its stack whatever the service itself is called. */
export function ecsNames(target: Target) {
  const name = stackId(target)
  return {
    /** The family of its task definitions. */
    family: name,
    /** The role of its tasks. */
    role: name,
    /** The role that ECS starts a task with. */
    executionRole: `${name}-execution`,
    /** The role that ECS shifts load balancer traffic with. */
    balancerRole: `${name}-balancer`,
    /** The role that schedules start tasks with. */
    scheduleRole: `${name}${taskStarterEnd}`,
    logGroup: `/ecs/${name}`,
    /** The second target group of a service that shifts traffic. */
    otherTargetGroup: `${name}-alt`,
    alarms: { serverErrors: `${name}-5xx`, latency: `${name}-latency`, cpu: `${name}-cpu` },
  } as const
}

/** The name of a schedule, and of the state machine that it starts. */
export function scheduleName(target: Target, schedule: string): string {
  return `${stackId(target)}-${schedule}`
}

/** What a port is called in the namespace of Service Connect. */
export function discoveryName(target: Target, port: string): string {
  return port === mainPort ? stackId(target) : `${stackId(target)}-${port}`
}

/** A task definition's family and revision, from its ARN. */
export function printTaskDefinition(arn: string): string {
  return arn.replace(/^.*\//, '')
}

/** The ARN of AWS's policy for the role that ECS shifts load balancer traffic with. */
export function balancerPolicyArn(place: Place): string {
  return managedPolicyArn(place, 'AmazonECSInfrastructureRolePolicyForLoadBalancers')
}

// Amazon ECS API reference, CreateService and ServiceConnectService; Elastic Load Balancing API reference,
// CreateTargetGroup and CreateRule; EventBridge Scheduler API reference, CreateSchedule.
const longest = { service: 255, targetGroup: 32, priority: 5, schedule: 64, discovery: 64 } as const

/** Every name that an ECS service uses, and the priority of its rule. */
export function ecsNamesUsed(target: Target, given: Part, environment: Surroundings): NameUsed[] {
  const names = ecsNames(target)
  const region = inRegion(environment)
  const other = alternates(given)
  const isRouted = 'route' in given
  const group = (name: string, isMade: boolean): NameUsed => ({
    what: 'the target group',
    name,
    longest: longest.targetGroup,
    within: region,
    ...(name === names.otherTargetGroup || name === names.family ? {} : clashOf(name)),
    ...counted('target groups', isMade, environment),
  })
  const { counted: _, ...balancerRole } = roleUsed(names.balancerRole, environment)
  return [
    {
      what: 'the ECS service',
      name: serviceName(target, given),
      longest: longest.service,
      within: inCluster(environment, clusterOf(given, environment)),
      ...clashOf(given.name),
    },
    roleUsed(names.role, environment),
    roleUsed(names.executionRole, environment),
    other ? roleUsed(names.balancerRole, environment) : balancerRole,
    ...(isRouted ? [group(targetGroupName(target, given), true), group(names.otherTargetGroup, other)] : []),
    ...schedulesUsed(target, given, environment),
    ...offersUsed(target, given),
    ...priority(target, given, environment),
  ]
}

function inCluster(place: Place, cluster = '') {
  return { says: 'in the same cluster', key: `${inRegion(place).key} ${cluster}` }
}

function schedulesUsed(target: Target, given: Part, environment: Surroundings): NameUsed[] {
  const schedules = Object.keys(given.schedules ?? {})
  if (schedules.length === 0) return []
  return [
    roleUsed(ecsNames(target).scheduleRole, environment),
    ...schedules.map(one => ({
      what: 'the schedule',
      name: scheduleName(target, one),
      longest: longest.schedule,
      within: inRegion(environment),
    })),
  ]
}

function offersUsed(target: Target, { serviceConnect }: Part): NameUsed[] {
  const { namespace = '', services } = (serviceConnect ?? {}) as { namespace?: string; services?: object }
  return Object.keys(services ?? {}).map(port => ({
    what: 'the port in Service Connect',
    name: discoveryName(target, port),
    longest: longest.discovery,
    within: { says: 'in the same namespace', key: namespace },
  }))
}

/** Whether it has a second target group, as far as unchecked settings tell. */
function alternates({ strategy }: Part): boolean {
  if (typeof strategy === 'string') return strategy !== allAtOnceName
  const { type = 'rolling', alternate } = (strategy ?? {}) as { type?: unknown; alternate?: unknown }
  return type !== 'rolling' || alternate === true
}

/** Counts what a load balancer has; one of several listeners tells which load balancer it is. */
function counted(quota: Counted['quota'], isMade: boolean, { listener }: Surroundings) {
  if (!isMade || listener === undefined) return {}
  const place = `behind the load balancer ${listener.split('/').slice(1, 4).join('/')} of ${listener.split(':')[4]}`
  return { counted: { quota, place } }
}

function priority({ environment: name }: Target, given: Part, environment: Surroundings): NameUsed[] {
  const { priority } = (given.route ?? {}) as { priority?: number }
  const { listener } = environment
  if (priority === undefined) return []
  return [
    {
      what: 'the priority',
      name: String(priority),
      longest: longest.priority,
      // A listener has one rule per priority, and two environments can share a listener.
      within: { says: 'on the same listener', key: listener ?? name },
      remedy: 'Give each its own priority in the route of its service.json.',
      ...counted('rules', true, environment),
    },
  ]
}
