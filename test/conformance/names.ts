import { randomBytes } from 'node:crypto'

/** What the name of every bucket and repository of every run begins with. */
export const commonPrefix = 'waybill-conformance-'

/** The names that one run uses, and the beginning that all of them share. */
export type Names = ReturnType<typeof namesOf>

/** A new run's id. */
export function newRun(): string {
  return randomBytes(5).toString('hex')
}

/** The throw-away names of a run. */
export function namesOf(run: string) {
  const prefix = `${commonPrefix}${run}-`
  return {
    run,
    prefix,
    buckets: {
      plain: `${prefix}plain`,
      versioned: `${prefix}versioned`,
      locked: `${prefix}locked`,
      lockedByDefault: `${prefix}default`,
      guarded: `${prefix}guarded`,
    },
    repositories: {
      fixed: `${prefix}fixed`,
      other: `${prefix}other`,
      many: `${prefix}many`,
      lifecycle: `${prefix}lifecycle`,
    },
    cluster: `${prefix}cluster`,
    role: `${prefix}role`,
    function: `${prefix}function`,
    alarm: `${prefix}alarm`,
    schedulerRole: `${prefix}scheduler`,
    rule: `${prefix}rule`,
    topic: `${prefix}topic`,
    fifoTopic: `${prefix}topic.fifo`,
    secret: `${prefix}secret`,
    schedules: [`${prefix}once`, `${prefix}roleless`],
    namespace: `${prefix}metrics`,
    /** Is never made. */
    nothing: `${prefix}nothing`,
  }
}

const withoutName = new Set(['GetCallerIdentityCommand', 'GetAuthorizationTokenCommand'])

/** Throws unless every bucket and repository of a call belongs to the run; a call that names none must be harmless. */
export function refuseOthers(prefix: string, command: string | undefined, input: object): void {
  const { Bucket, CopySource, repositoryName } = input as Record<string, unknown>
  const source = typeof CopySource === 'string' ? CopySource.replace(/^\//, '') : CopySource
  const named = [Bucket, source, repositoryName].filter(name => name !== undefined)
  const harmless = named.length === 0 && withoutName.has(command ?? '')
  const ours = named.length > 0 && named.every(name => typeof name === 'string' && name.startsWith(prefix))
  if (ours || harmless) return
  throw new Error(
    `${command ?? 'a call'} would touch ${named.join(', ') || 'more than one resource'}; this run only touches ${prefix}*`,
  )
}

/** What a call to a service names that it writes, or may have a run make. */
const namedIn = {
  ecs: ({ clusterName, cluster, serviceName, service, family, taskDefinition, serviceDeploymentArn }) => [
    clusterName,
    cluster,
    serviceName,
    service,
    family,
    taskDefinition,
    serviceDeploymentArn,
  ],
  lambda: ({ FunctionName, Role }) => [FunctionName, Role],
  // What an alarm is on may be anybody's, since it is only read.
  cloudwatch: ({ AlarmName, AlarmNames, MetricData, Namespace }) => [
    AlarmName,
    ...(Array.isArray(AlarmNames) ? (AlarmNames as unknown[]) : []),
    ...(MetricData === undefined ? [] : [Namespace]),
  ],
  iam: ({ RoleName }) => [RoleName],
  scheduler: ({ Name }) => [Name],
  events: ({ Name, Rule }) => [Name, Rule],
  sns: ({ Name, TopicArn }) => [Name, typeof TopicArn === 'string' ? lastPart(TopicArn) : TopicArn],
  secrets: ({ Name, SecretId }) => [Name, typeof SecretId === 'string' ? lastPart(SecretId) : SecretId],
} satisfies Record<string, (input: Record<string, unknown>) => unknown[]>

/** What follows the last colon of an ARN. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** Throws unless a call to a service only reads, or names nothing but what belongs to the run. */
export function refuseOthersIn(
  service: keyof typeof namedIn,
  prefix: string,
  command: string | undefined,
  input: object,
): void {
  if (isRead(command)) return
  const named = namedIn[service](input as Record<string, unknown>).filter(name => name !== undefined)
  const isOurs = (name: unknown) => typeof name === 'string' && new RegExp(`(^|/)${prefix}`).test(name)
  if (named.length > 0 && named.every(isOurs)) return
  throw new Error(
    `${command ?? 'a call'} would touch ${named.join(', ') || 'more than one resource'}; this run only touches ${prefix}*`,
  )
}

/** Throws unless a call only reads. */
export function refuseWrites(command = 'a call'): void {
  if (isRead(command)) return
  throw new Error(`${command} is not a read; this run makes nothing in that service`)
}

function isRead(command = ''): boolean {
  return /^(Describe|Filter|Get|List)/.test(command)
}
