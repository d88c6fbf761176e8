import type { Identity } from '../iam/identities.ts'
import type { Xml } from '../protocol/xml.ts'
import { balancersOfGroup, groupsNamed, one, rulesWith } from './find.ts'
import { balancerError, readInput } from './input.ts'
import * as print from './print.ts'
import type { BalancerState, HealthCheck, TargetGroup } from './state.ts'
import { defaultCheck, groupArn } from './state.ts'
import { setTags } from './tags.ts'
import type { CheckInput } from './write-input.ts'
import { attributesSchema, createGroupSchema, modifyGroupSchema, oneGroupSchema } from './write-input.ts'

/** CreateTargetGroup: again with the same settings is fine (Elastic Load Balancing API reference, CreateTargetGroup). */
export function createTargetGroup(state: BalancerState, identity: Identity, input: unknown): Xml {
  const request = readInput(createGroupSchema, input)
  const { Name: name, Port: port, VpcId: vpc, TargetType: targetType, Tags } = request
  const arn = groupArn(identity, name)
  const fresh = { arn, name, port, vpc, targetType, check: changed(defaultCheck, request) }
  const known = state.groups.get(arn)
  if (known && !isSame(known, fresh))
    throw balancerError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    )
  const group: TargetGroup = known ?? { ...fresh, attributes: new Map(), targets: [] }
  state.groups.set(arn, group)
  if (!known) setTags(state, arn, Tags)
  return printed(state, group)
}

/** ModifyTargetGroup: its health check. */
export function modifyTargetGroup(state: BalancerState, identity: Identity, input: unknown): Xml {
  const request = readInput(modifyGroupSchema, input)
  const group = one(groupsNamed(state, identity, [request.TargetGroupArn]))
  group.check = changed(group.check, request)
  return printed(state, group)
}

/** DeleteTargetGroup, unless a rule forwards to it. */
export function deleteTargetGroup(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn: arn } = readInput(oneGroupSchema, input)
  // Deleting what does not exist succeeds.
  const group = state.groups.get(arn) && one(groupsNamed(state, identity, [arn]))
  if (group && rulesWith(state, group).length > 0)
    throw balancerError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`)
  for (const target of group?.targets.splice(0) ?? []) target.forget()
  state.groups.delete(arn)
  return {}
}

/** ModifyTargetGroupAttributes; the emulator keeps them, and acts on none. */
export function modifyTargetGroupAttributes(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn, Attributes } = readInput(attributesSchema, input)
  const { attributes } = one(groupsNamed(state, identity, [TargetGroupArn]))
  for (const { Key, Value } of Attributes) attributes.set(Key, Value)
  return print.attributes(attributes)
}

/** DescribeTargetGroupAttributes. */
export function describeTargetGroupAttributes(state: BalancerState, identity: Identity, input: unknown): Xml {
  const { TargetGroupArn } = readInput(oneGroupSchema, input)
  return print.attributes(one(groupsNamed(state, identity, [TargetGroupArn])).attributes)
}

function printed(state: BalancerState, group: TargetGroup): Xml {
  return { TargetGroups: { member: [print.group(group, balancersOfGroup(state, group))] } }
}

function changed(check: HealthCheck, input: CheckInput): HealthCheck {
  return {
    protocol: input.HealthCheckProtocol ?? check.protocol,
    port: input.HealthCheckPort ?? check.port,
    path: input.HealthCheckPath ?? check.path,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? check.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? check.timeoutSeconds,
    healthyCount: input.HealthyThresholdCount ?? check.healthyCount,
    unhealthyCount: input.UnhealthyThresholdCount ?? check.unhealthyCount,
    codes: input.Matcher?.HttpCode ?? check.codes,
  }
}

function isSame(known: TargetGroup, fresh: Omit<TargetGroup, 'attributes' | 'targets'>): boolean {
  const { attributes: _, targets: __, ...settings } = known
  const sorted = (value: object) => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  return sorted(settings) === sorted(fresh)
}
