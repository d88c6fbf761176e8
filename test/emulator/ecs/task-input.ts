import { z } from 'zod'
import { refuseWhen } from '../protocol/validation.ts'
import { checkFargate } from './fargate.ts'
import { tagsSchema } from './input.ts'

/* Enums, limits and what is required are those of the Amazon ECS API reference, RegisterTaskDefinition. */

const port = z.number().int().min(0).max(65_535)
const named = z.object({ name: z.string(), valueFrom: z.string() })
const logDrivers = ['awsfirelens', 'awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'splunk', 'syslog']
const windows = ['2016_FULL', '2019_FULL', '2019_CORE', '2004_CORE', '20H2_CORE', '2022_FULL', '2022_CORE']
const systems = ['LINUX', ...[...windows, '2025_FULL', '2025_CORE'].map(name => `WINDOWS_SERVER_${name}`)]
const portMapping = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9_-]{0,63}$/)
    .exactOptional(),
  appProtocol: z.enum(['http', 'http2', 'grpc']).exactOptional(),
  containerPort: port.exactOptional(),
  hostPort: port.exactOptional(),
  protocol: z.enum(['tcp', 'udp']).exactOptional(),
})
const container = z.looseObject({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{0,255}$/)
    .default(''),
  image: z.string().default(''),
  cpu: z.number().int().min(0).exactOptional(),
  memory: z.number().int().min(4).exactOptional(),
  memoryReservation: z.number().int().min(4).exactOptional(),
  essential: z.boolean().exactOptional(),
  portMappings: z.array(portMapping).max(100).exactOptional(),
  entryPoint: z.array(z.string()).exactOptional(),
  command: z.array(z.string()).exactOptional(),
  environment: z
    .array(z.object({ name: z.string().exactOptional(), value: z.string().exactOptional() }))
    .exactOptional(),
  secrets: z.array(named).exactOptional(),
  dependsOn: z
    .array(
      z.object({
        containerName: z.string(),
        condition: z.enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']),
      }),
    )
    .exactOptional(),
  mountPoints: z
    .array(
      z.looseObject({
        sourceVolume: z.string().exactOptional(),
        containerPath: z.string().exactOptional(),
        readOnly: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
  firelensConfiguration: z
    .object({
      type: z.enum(['fluentd', 'fluentbit']),
      options: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
  startTimeout: z.number().int().exactOptional(),
  stopTimeout: z.number().int().exactOptional(),
  logConfiguration: z
    .looseObject({
      logDriver: z.literal(logDrivers),
      options: z.record(z.string(), z.string()).exactOptional(),
      secretOptions: z.array(named).exactOptional(),
    })
    .exactOptional(),
  healthCheck: z
    .looseObject({
      command: z.array(z.string()).min(1),
      interval: z.number().int().min(5).max(300).exactOptional(),
      timeout: z.number().int().min(2).max(120).exactOptional(),
      retries: z.number().int().min(1).max(10).exactOptional(),
      startPeriod: z.number().int().min(0).max(300).exactOptional(),
    })
    .exactOptional(),
})
const role = z.string().exactOptional()

/** RegisterTaskDefinition; fields that are not listed are kept and returned. */
export const taskDefinitionSchema = z
  .looseObject({
    family: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
    containerDefinitions: z.array(container).min(1).max(10),
    networkMode: z.enum(['bridge', 'host', 'awsvpc', 'none']).exactOptional(),
    requiresCompatibilities: z
      .array(z.enum(['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']))
      .exactOptional(),
    cpu: z.string().exactOptional(),
    memory: z.string().exactOptional(),
    executionRoleArn: role,
    taskRoleArn: role,
    pidMode: z.enum(['host', 'task']).exactOptional(),
    ipcMode: z.enum(['host', 'task', 'none']).exactOptional(),
    runtimePlatform: z
      .object({
        cpuArchitecture: z.enum(['X86_64', 'ARM64']).exactOptional(),
        operatingSystemFamily: z.literal(systems).exactOptional(),
      })
      .exactOptional(),
    ephemeralStorage: z.object({ sizeInGiB: z.number().int().min(21).max(200) }).exactOptional(),
    volumes: z.array(z.looseObject({ name: z.string().exactOptional() })).exactOptional(),
    placementConstraints: z.array(z.looseObject({})).max(10).exactOptional(),
    tags: tagsSchema.default([]),
  })
  .superRefine((definition, context) => {
    if (definition.requiresCompatibilities?.includes('FARGATE')) checkFargate(definition, context)
    for (const one of definition.containerDefinitions) checkContainer(definition, one, context)
    checkWhole(definition, context)
  })

/** What a task definition says, once it was taken. */
export type TaskInput = z.output<typeof taskDefinitionSchema>

const client = 'ClientException'

function checkContainer(
  definition: TaskInput,
  one: TaskInput['containerDefinitions'][number],
  context: z.RefinementCtx,
): void {
  refuseWhen(context, one.name === '', 'Container.name should not be null or empty.', client)
  refuseWhen(context, one.image === '', 'Container.image should not be null or empty.', client)
  const isUnsized = definition.memory === undefined && one.memory === undefined
  const unsized = `Invalid setting for container '${one.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`
  refuseWhen(context, isUnsized && one.memoryReservation === undefined, unsized, client)
  const mappings = definition.networkMode === 'awsvpc' ? (one.portMappings ?? []) : []
  const isMoved = mappings.some(({ hostPort, containerPort }) => hostPort && hostPort !== containerPort)
  const moved = 'When networkMode=awsvpc, the host ports and container ports in port mappings must match.'
  refuseWhen(context, isMoved, moved, client)
}

function checkWhole(definition: TaskInput, context: z.RefinementCtx): void {
  const { containerDefinitions: containers, executionRoleArn, taskRoleArn } = definition
  const names = containers.map(({ name }) => name)
  const isDouble = new Set(names).size < names.length
  refuseWhen(context, isDouble, 'Container names should be unique.', client)
  const idle = containers.every(({ essential }) => essential === false)
  refuseWhen(context, idle, 'A task definition must have at least one essential container.', client)
  checkReferences(definition, context)
  const roles = [executionRoleArn, taskRoleArn].filter(arn => arn !== undefined)
  const isRole = (arn: string) =>
    /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(arn) || /^[\w+=,.@-]+$/.test(arn)
  refuseWhen(context, !roles.every(isRole), 'Role is not valid', client)
  const hasSecrets = containers.some(({ secrets = [] }) => secrets.length > 0)
  const lacksRole = hasSecrets && executionRoleArn === undefined
  const secret =
    "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
  refuseWhen(context, lacksRole, secret, client)
}

/** Refuses a container or volume that is named and does not exist. The words are the emulator's, not AWS's. */
function checkReferences(
  { containerDefinitions: containers, volumes = [] }: TaskInput,
  context: z.RefinementCtx,
): void {
  for (const { name, dependsOn = [], mountPoints = [], logConfiguration } of containers) {
    for (const { containerName, condition } of dependsOn) {
      const other = containers.find(one => one.name === containerName)
      const lacks = `Container ${name} depends on ${containerName}, which is not in the task definition.`
      refuseWhen(context, other === undefined, lacks, client)
      const isUnchecked = condition === 'HEALTHY' && other?.healthCheck === undefined
      refuseWhen(context, isUnchecked, `Container ${containerName} has no health check.`, client)
      const ends = condition === 'COMPLETE' || condition === 'SUCCESS'
      const isWrong = ends && other?.essential !== false
      refuseWhen(context, isWrong, `Container ${containerName} is essential, so it must not end.`, client)
    }
    for (const { sourceVolume } of mountPoints) {
      const isUnknown = !volumes.some(volume => volume.name === sourceVolume)
      refuseWhen(context, isUnknown, `Unknown volume '${sourceVolume}'.`, client)
    }
    const isUnrouted =
      logConfiguration?.logDriver === 'awsfirelens' &&
      !containers.some(({ firelensConfiguration }) => firelensConfiguration !== undefined)
    refuseWhen(context, isUnrouted, `Container ${name} logs to FireLens, and none is a log router.`, client)
  }
}
