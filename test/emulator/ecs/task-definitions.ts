import { z } from 'zod'
import type { Identity } from '../iam/identities.ts'
import { ecsError } from './errors.ts'
import { listed, pageSchema, readInput } from './input.ts'
import type { EcsState, TaskDefinition } from './state.ts'
import { ecsArn, seconds } from './state.ts'
import { setTags, tagsOf } from './tags.ts'
import { taskDefinitionSchema } from './task-input.ts'

const oneSchema = z.object({ taskDefinition: z.string(), include: z.array(z.literal('TAGS')).default([]) })
const listSchema = pageSchema.extend({
  familyPrefix: z.string().exactOptional(),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
  sort: z.enum(['ASC', 'DESC']).default('ASC'),
})

/** RegisterTaskDefinition: the next revision of its family, whose numbers are never used again. */
export function registerTaskDefinition(state: EcsState, identity: Identity, input: unknown): object {
  const { family, tags, ...content } = readInput(taskDefinitionSchema, input)
  const familyArn = ecsArn(identity, `task-definition/${family}`)
  const revisions = state.families.get(familyArn) ?? []
  const revision = revisions.length + 1
  const registered: TaskDefinition = {
    arn: `${familyArn}:${revision}`,
    family,
    revision,
    status: 'ACTIVE',
    content,
    registeredAt: state.clock.now(),
    registeredBy: identity.arn,
  }
  state.families.set(familyArn, [...revisions, registered])
  setTags(state, registered.arn, tags)
  return { taskDefinition: print(registered), tags }
}

/** DescribeTaskDefinition: by family (its latest active revision), `family:revision` or ARN. */
export function describeTaskDefinition(state: EcsState, identity: Identity, input: unknown): object {
  const { taskDefinition: name, include } = readInput(oneSchema, input)
  const found = lookUp(state, identity, name)
  if (!found) throw ecsError('ClientException', 'Unable to describe task definition.')
  const tags = include.includes('TAGS') ? { tags: tagsOf(state, found.arn) } : {}
  return { taskDefinition: print(found), ...tags }
}

/** DeregisterTaskDefinition: it stays visible and running, but no service can be given it again. */
export function deregisterTaskDefinition(state: EcsState, identity: Identity, input: unknown): object {
  const { taskDefinition: name } = readInput(oneSchema, input)
  if (!/:\d+$/.test(name)) throw ecsError('ClientException', `Invalid revision number. Number: ${name}`)
  const found = lookUp(state, identity, name)
  if (!found) throw ecsError('ClientException', 'The specified task definition does not exist.')
  found.status = 'INACTIVE'
  found.deregisteredAt ??= state.clock.now()
  return { taskDefinition: print(found) }
}

/** ListTaskDefinitions, by family and revision. */
export function listTaskDefinitions(state: EcsState, identity: Identity, input: unknown): object {
  const { familyPrefix, status, sort, ...page } = readInput(listSchema, input)
  const own = ecsArn(identity, 'task-definition/')
  const arns = [...state.families]
    .filter(([arn]) => arn.startsWith(own) && (familyPrefix === undefined || arn === own + familyPrefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, revisions]) => revisions)
    .filter(revision => revision.status === status)
    .map(({ arn }) => arn)
  return listed('taskDefinitionArns', sort === 'ASC' ? arns : arns.reverse(), page)
}

/** The task definition that a service is given, or ECS's refusal. */
export function usableTaskDefinition(state: EcsState, identity: Identity, name: string): TaskDefinition {
  const found = lookUp(state, identity, name)
  if (!found) throw ecsError('ClientException', 'TaskDefinition not found.')
  if (found.status === 'INACTIVE') throw ecsError('ClientException', 'TaskDefinition is inactive')
  return found
}

function lookUp(state: EcsState, identity: Identity, name: string): TaskDefinition | undefined {
  const arn = name.includes('/') ? name : ecsArn(identity, `task-definition/${name}`)
  const [, familyArn = arn, revision] = /^(.*\/[^:]+):(\d+)$/.exec(arn) ?? []
  const revisions = state.families.get(familyArn) ?? []
  return revision === undefined
    ? revisions.findLast(candidate => candidate.status === 'ACTIVE')
    : revisions[Number(revision) - 1]
}

function print(definition: TaskDefinition): object {
  const { arn, family, revision, status, content, registeredAt, registeredBy, deregisteredAt } = definition
  const defaults = {
    cpu: 0,
    essential: true,
    portMappings: [],
    environment: [],
    mountPoints: [],
    volumesFrom: [],
  }
  return {
    volumes: [],
    placementConstraints: [],
    requiresAttributes: [],
    ...content,
    containerDefinitions: content.containerDefinitions.map(container => ({ ...defaults, ...container })),
    compatibilities: [...new Set(['EC2', ...(content.requiresCompatibilities ?? [])])],
    taskDefinitionArn: arn,
    family,
    revision,
    status,
    registeredAt: seconds(registeredAt),
    registeredBy,
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: seconds(deregisteredAt) }),
  }
}
