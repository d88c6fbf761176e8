import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import { groupsNamed, one, rulesWith } from './find.ts'
import { watchTarget } from './health.ts'
import { readInput } from './input.ts'
import type { BalancerState, Target, TargetGroup } from './state.ts'
import { healthSchema, targetsSchema } from './write-input.ts'

/** RegisterTargets, by address and port: requests go there, so it has to be one of this machine. */
export function registerTargets(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn, Targets } = readInput(targetsSchema, input)
  const group = one(groupsNamed(state, identity, [TargetGroupArn]))
  for (const { Id, Port = group.port } of Targets) register(group, { id: Id, port: Port })
  return {}
}

/** DeregisterTargets: at once, since nothing is drained here. */
export function deregisterTargets(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn, Targets } = readInput(targetsSchema, input)
  const group = one(groupsNamed(state, identity, [TargetGroupArn]))
  for (const { Id, Port } of Targets) deregister(group, Id, Port)
  return {}
}

/** DescribeTargetHealth. */
export function describeTargetHealth(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn, Targets } = readInput(healthSchema, input)
  const group = one(groupsNamed(state, identity, [TargetGroupArn]))
  const isUsed = rulesWith(state, group).length > 0
  const member = group.targets
    .filter(({ id, port }) => Targets?.some(({ Id, Port = port }) => Id === id && Port === port) ?? true)
    .map(({ id, port, health }) => ({
      Target: { Id: id, Port: port },
      HealthCheckPort: group.check.port === 'traffic-port' ? port : group.check.port,
      TargetHealth: isUsed
        ? { State: health, ...(reasons[health] ? { Reason: reasons[health] } : {}) }
        : { State: 'unused', Reason: 'Target.NotInUse' },
    }))
  return { TargetHealthDescriptions: { member } }
}

const reasons: Partial<Record<string, string>> = {
  initial: 'Elb.RegistrationInProgress',
  unhealthy: 'Target.FailedHealthChecks',
}

/** Adds a target to a group and begins to check its health; one that is there already stays. */
export function register(
  group: TargetGroup,
  added: { id: string; port: number },
  onChange?: (health: Target['health']) => void,
): void {
  if (group.targets.some(({ id, port }) => id === added.id && port === added.port)) return
  group.targets.push(watchTarget(group, added, onChange))
}

/** Takes a target out of a group; without a port, every one with the address. */
export function deregister(group: TargetGroup, id: string, port?: number): void {
  const isMeant = (target: { id: string; port: number }) =>
    target.id === id && (port === undefined || target.port === port)
  for (const target of group.targets.filter(isMeant)) target.forget()
  group.targets = group.targets.filter(target => !isMeant(target))
}
