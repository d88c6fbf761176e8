import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { clusterSchema, tagsSchema } from './input.ts'

/* Enums, limits and what is required are those of the Amazon ECS API reference, CreateService and UpdateService. */

const name = z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/)
const minutes = z.number().int().min(0).max(1440)
const tenths = z.number().multipleOf(0.1)
const alarms = z.object({ alarmNames: z.array(z.string()), enable: z.boolean(), rollback: z.boolean() })
const stages = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
] as const
const hook = z
  .looseObject({
    targetType: z.enum(['AWS_LAMBDA', 'PAUSE']).default('AWS_LAMBDA'),
    hookTargetArn: z.string().exactOptional(),
    roleArn: z.string().exactOptional(),
    lifecycleStages: z.array(z.enum(stages)).min(1),
    // DeploymentLifecycleHookTimeoutConfiguration: from a minute to 14 days.
    timeoutConfiguration: z
      .object({
        timeoutInMinutes: z.number().int().min(1).max(20_160).exactOptional(),
        action: z.enum(['CONTINUE', 'ROLLBACK']).exactOptional(),
      })
      .exactOptional(),
  })
  .superRefine(({ targetType, hookTargetArn, roleArn, lifecycleStages }, context) => {
    const isLambda = targetType === 'AWS_LAMBDA'
    const lacks = isLambda && (hookTargetArn === undefined || roleArn === undefined)
    refuseWhen(context, lacks, 'hookTargetArn and roleArn must be specified for a lifecycle hook')
    const shifts = lifecycleStages.find(stage => /^(?:TEST|PRODUCTION)_TRAFFIC_SHIFT$/.test(stage))
    refuseWhen(context, !isLambda && shifts !== undefined, `A PAUSE hook is not supported at ${shifts}`)
  })

/** How a service is deployed; what the emulator does not act on is kept and returned. */
export const deploymentConfigurationSchema = z
  .looseObject({
    deploymentCircuitBreaker: z.looseObject({ enable: z.boolean(), rollback: z.boolean() }).exactOptional(),
    maximumPercent: z.number().int().min(0).exactOptional(),
    minimumHealthyPercent: z.number().int().min(0).exactOptional(),
    alarms: alarms.exactOptional(),
    strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']).exactOptional(),
    bakeTimeInMinutes: minutes.exactOptional(),
    lifecycleHooks: z.array(hook).exactOptional(),
    linearConfiguration: z
      .object({
        stepPercent: tenths.min(3).max(100).default(10),
        stepBakeTimeInMinutes: minutes.default(6),
      })
      .exactOptional(),
    canaryConfiguration: z
      .object({
        canaryPercent: tenths.min(0.1).max(100).default(5),
        canaryBakeTimeInMinutes: minutes.default(10),
      })
      .exactOptional(),
  })
  .superRefine(({ strategy, linearConfiguration, canaryConfiguration }, context) => {
    const isLinear = linearConfiguration !== undefined && strategy !== 'LINEAR'
    refuseWhen(context, isLinear, 'linearConfiguration can only be specified for the LINEAR strategy')
    const isCanary = canaryConfiguration !== undefined && strategy !== 'CANARY'
    refuseWhen(context, isCanary, 'canaryConfiguration can only be specified for the CANARY strategy')
  })

const connect = z.looseObject({
  enabled: z.boolean(),
  namespace: z.string().exactOptional(),
  services: z
    .array(
      z.looseObject({
        portName: z.string(),
        discoveryName: z
          .string()
          .regex(/^[a-z0-9_-]{1,64}$/)
          .exactOptional(),
        clientAliases: z
          .array(
            z.looseObject({ port: z.number().int().min(1).max(65_535), dnsName: z.string().exactOptional() }),
          )
          .exactOptional(),
      }),
    )
    .exactOptional(),
})

const loadBalancer = z.looseObject({
  targetGroupArn: z.string().exactOptional(),
  loadBalancerName: z.string().exactOptional(),
  containerName: z.string().exactOptional(),
  containerPort: z.number().int().min(0).max(65_535).exactOptional(),
  advancedConfiguration: z
    .looseObject({
      alternateTargetGroupArn: z.string().exactOptional(),
      productionListenerRule: z.string().exactOptional(),
      testListenerRule: z.string().exactOptional(),
      roleArn: z.string().exactOptional(),
    })
    .exactOptional(),
})

/** What a service has besides its task definition and count; the emulator keeps and returns it. */
export const serviceSettingsSchema = z.object({
  loadBalancers: z.array(loadBalancer).exactOptional(),
  serviceRegistries: z.array(z.looseObject({})).exactOptional(),
  serviceConnectConfiguration: connect.exactOptional(),
  capacityProviderStrategy: z
    .array(
      z.object({
        capacityProvider: z.string(),
        weight: z.number().int().min(0).max(1000).exactOptional(),
        base: z.number().int().min(0).max(100_000).exactOptional(),
      }),
    )
    .max(20)
    .exactOptional(),
  launchType: z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']).exactOptional(),
  platformVersion: z.string().exactOptional(),
  placementConstraints: z.array(z.looseObject({})).max(10).exactOptional(),
  placementStrategy: z.array(z.looseObject({})).max(5).exactOptional(),
  networkConfiguration: z
    .object({
      awsvpcConfiguration: z
        .object({
          subnets: z.array(z.string()).min(1).max(16),
          securityGroups: z.array(z.string()).max(5).exactOptional(),
          assignPublicIp: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).max(2_147_483_647).exactOptional(),
  schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).exactOptional(),
  deploymentController: z.object({ type: z.enum(['ECS', 'CODE_DEPLOY', 'EXTERNAL']) }).exactOptional(),
  enableECSManagedTags: z.boolean().exactOptional(),
  propagateTags: z.enum(['NONE', 'SERVICE', 'TASK_DEFINITION']).exactOptional(),
  enableExecuteCommand: z.boolean().exactOptional(),
  availabilityZoneRebalancing: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
})

/** CreateService. */
export const createServiceSchema = clusterSchema
  .extend({
    ...serviceSettingsSchema.shape,
    serviceName: name,
    taskDefinition: z.string(),
    desiredCount: z.number().int().min(0).exactOptional(),
    deploymentConfiguration: deploymentConfigurationSchema.exactOptional(),
    tags: tagsSchema.default([]),
  })
  .superRefine((service, context) => {
    const { desiredCount, schedulingStrategy, launchType, capacityProviderStrategy = [] } = service
    const isUncounted = desiredCount === undefined && schedulingStrategy !== 'DAEMON'
    refuseWhen(
      context,
      isUncounted,
      'The desired count must be specified for the REPLICA scheduling strategy.',
    )
    const both = launchType !== undefined && capacityProviderStrategy.length > 0
    const message =
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.'
    refuseWhen(context, both, message)
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
