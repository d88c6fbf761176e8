import { UserError } from '../base/user-error.ts'
import { printTarget, stackId, type Target } from '../names/target.ts'
import { catalogueErrors } from './errors.ts'
import type { ServiceConfig } from './service-config.ts'

/** The aliases of a function in an environment: what is called, and what was verified last. */
export function aliasNames(environment: string): { readonly live: string; readonly stable: string } {
  const live = environment.toUpperCase()
  return { live, stable: `${live}_STABLE` }
}

/** The names of what a target has in AWS; which of them exist depends on the kind of the service. */
export function resourceNames(target: Target) {
  const name = stackId(target)
  return {
    /** The function, or the ECS service and the family of its task definitions. */
    main: name,
    /** The role of a function, or of a service's tasks. */
    role: name,
    /** The role with which ECS starts a task. */
    executionRole: `${name}-execution`,
    /** The role with which ECS moves the traffic of a load balancer. */
    balancerRole: `${name}-balancer`,
    lambdaLogGroup: `/aws/lambda/${name}`,
    ecsLogGroup: `/ecs/${name}`,
    targetGroup: name,
    /** The other target group of a service whose traffic is shifted. */
    otherTargetGroup: `${name}-alt`,
    alarms: {
      errors: `${name}-errors`,
      throttles: `${name}-throttles`,
      latency: `${name}-latency`,
      serverErrors: `${name}-5xx`,
      cpu: `${name}-cpu`,
    },
  } as const
}

type Used = { readonly what: string; readonly name: string; readonly longest: number }

// IAM user guide, "IAM and STS quotas"; Lambda API reference, CreateFunction and CreateAlias; Elastic Load
// Balancing API reference, CreateTargetGroup; Amazon ECS API reference, CreateService.
const longest = { role: 64, function: 64, alias: 128, targetGroup: 32, service: 255 } as const

/** Each name that a target takes in its account, with how long AWS lets it be. */
function namesUsed(target: Target, config: ServiceConfig): Used[] {
  const names = resourceNames(target)
  const role = (name: string): Used => ({ what: 'the IAM role', name, longest: longest.role })
  if (config.kind !== 'ecs-service') {
    const alias = aliasNames(target.environment).stable
    return [
      { what: 'the function', name: names.main, longest: longest.function },
      role(names.role),
      { what: 'the alias', name: alias, longest: longest.alias },
    ]
  }
  const group = (name: string): Used => ({ what: 'the target group', name, longest: longest.targetGroup })
  return [
    { what: 'the ECS service', name: names.main, longest: longest.service },
    ...[names.role, names.executionRole, names.balancerRole].map(role),
    ...(hasRoute(config, target.environment) ? [names.targetGroup, names.otherTargetGroup].map(group) : []),
  ]
}

function hasRoute(config: Extract<ServiceConfig, { kind: 'ecs-service' }>, environment: string): boolean {
  const own = config.environments?.[environment] ?? {}
  return 'route' in { ...config.settings, ...own }
}

/** A target with what its service.json says and where its environment is. */
export type Named = {
  readonly target: Target
  readonly config: ServiceConfig
  readonly account: string
  readonly region: string
}

/**
 * Finds the names that are too long for AWS, those that two targets of one account would both take, and two stacks
 * of one id, wherever they are.
 */
export function checkNames(all: readonly Named[]): UserError[] {
  const taken = new Map<string, Target>()
  const errors: UserError[] = []
  for (const { target, config, account, region } of all) {
    const twin = taken.get(stackId(target))
    if (twin !== undefined) {
      errors.push(sameStack(twin, target))
      continue
    }
    taken.set(stackId(target), target)
    for (const used of namesUsed(target, config)) {
      if (used.name.length > used.longest) errors.push(tooLong(target, used))
      // A role's name is one for all regions of an account; an alias belongs to its function.
      if (used.what === 'the alias') continue
      const place = `${account} ${used.what === 'the IAM role' ? '' : region} ${used.what} ${used.name}`
      const other = taken.get(place)
      if (other === undefined) taken.set(place, target)
      else errors.push(collision(other, target, used))
    }
  }
  return errors
}

function tooLong(target: Target, { what, name, longest: most }: Used): UserError {
  return new UserError(
    catalogueErrors['name-too-long'],
    `the name of ${what} of ${printTarget(target)} is too long for AWS: ${name}`,
    {
      cause: `it has ${name.length} characters, and AWS takes ${most}`,
      remedy: 'Give the service or the environment a shorter name: names are <service>-<environment>.',
    },
  )
}

const remedy = 'Rename one of the services or environments: names are <service>-<environment>.'

function sameStack(one: Target, other: Target): UserError {
  const problem = `${printTarget(one)} and ${printTarget(other)} would both be the stack ${stackId(one)}`
  return new UserError(catalogueErrors['name-taken'], problem, { remedy })
}

function collision(one: Target, other: Target, { what, name }: Used): UserError {
  return new UserError(
    catalogueErrors['name-taken'],
    `${printTarget(one)} and ${printTarget(other)} would both have ${what} ${name}, in one account`,
    { remedy },
  )
}
