import { z } from 'zod'
import { pageOf } from '../protocol/json-input.ts'
import * as validation from '../protocol/validation.ts'
import { ecsError } from './errors.ts'

/** A request that can name a cluster, by its name or ARN. */
export const clusterSchema = z.object({ cluster: z.string().default('default') })

/** A request for one page of a list. */
export const pageSchema = z.object({
  nextToken: z.string().exactOptional(),
  maxResults: z.number().int().min(1).max(100).default(100),
})

/** Tags as ECS takes them. */
export const tagsSchema = z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) }))

const alarms = z.object({ alarmNames: z.array(z.string()), enable: z.boolean(), rollback: z.boolean() })

/** How a service is deployed; what the emulator does not act on is kept and returned. */
export const deploymentConfigurationSchema = z.looseObject({
  deploymentCircuitBreaker: z.object({ enable: z.boolean(), rollback: z.boolean() }).exactOptional(),
  alarms: alarms.exactOptional(),
  strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']).exactOptional(),
  bakeTimeInMinutes: z.number().int().min(0).max(1440).exactOptional(),
})

/** What a service has besides its task definition and count; the emulator keeps and returns it. */
export const serviceSettingsSchema = z.object({
  loadBalancers: z.array(z.looseObject({})).exactOptional(),
  serviceRegistries: z.array(z.looseObject({})).exactOptional(),
  capacityProviderStrategy: z.array(z.looseObject({})).exactOptional(),
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL']).exactOptional(),
  platformVersion: z.string().exactOptional(),
  placementConstraints: z.array(z.looseObject({})).exactOptional(),
  placementStrategy: z.array(z.looseObject({})).exactOptional(),
  networkConfiguration: z.looseObject({}).exactOptional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).exactOptional(),
  schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).exactOptional(),
  deploymentController: z.object({ type: z.enum(['ECS', 'CODE_DEPLOY', 'EXTERNAL']) }).exactOptional(),
  enableECSManagedTags: z.boolean().exactOptional(),
  propagateTags: z.string().exactOptional(),
  enableExecuteCommand: z.boolean().exactOptional(),
  availabilityZoneRebalancing: z.string().exactOptional(),
})

/** CreateService. */
export const createServiceSchema = clusterSchema.extend({
  ...serviceSettingsSchema.shape,
  serviceName: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
  taskDefinition: z.string(),
  desiredCount: z.number().int().min(0).default(0),
  deploymentConfiguration: deploymentConfigurationSchema.exactOptional(),
  tags: tagsSchema.default([]),
})

/** UpdateService. */
export const updateServiceSchema = clusterSchema.extend({
  ...serviceSettingsSchema.shape,
  service: z.string(),
  taskDefinition: z.string().exactOptional(),
  desiredCount: z.number().int().min(0).exactOptional(),
  forceNewDeployment: z.boolean().default(false),
  deploymentConfiguration: deploymentConfigurationSchema.exactOptional(),
})

/** RegisterTaskDefinition; fields that are not listed are kept and returned. */
export const taskDefinitionSchema = z.looseObject({
  family: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
  containerDefinitions: z.array(z.looseObject({ name: z.string().min(1), image: z.string().min(1) })).min(1),
  requiresCompatibilities: z.array(z.string()).exactOptional(),
  tags: tagsSchema.default([]),
})

/** Reads an operation's input, or throws ECS's `InvalidParameterException`. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  return validation.readInput(schema, input, problems =>
    invalidParameter(validation.validationMessage(problems)),
  )
}

/** One page of a list under its name, with the token of the next. */
export function listed(name: string, items: string[] | object[], page: z.output<typeof pageSchema>): object {
  const part = pageOf<string | object>(
    items,
    { token: page.nextToken, size: page.maxResults },
    invalidParameter,
  )
  return { [name]: part.page, ...(part.next === undefined ? {} : { nextToken: part.next }) }
}

function invalidParameter(message: string) {
  return ecsError('InvalidParameterException', message)
}
