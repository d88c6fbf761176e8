import { z } from 'zod'
import type { PlannedChange, TooMuchAtOnce } from '../kind.ts'

const service = z.looseObject({
  deployment_configuration: z.array(z.looseObject({ strategy: z.string().nullish() })).nullish(),
  load_balancer: z.array(z.looseObject({ advanced_configuration: z.array(z.unknown()).nullish() })).nullish(),
  service_connect_configuration: z
    .array(z.looseObject({ service: z.array(z.looseObject({ port_name: z.string().nullish() })).nullish() }))
    .nullish(),
})
const weighted = z.looseObject({ arn: z.string().optional(), weight: z.number().nullish() })
const rule = z.looseObject({
  action: z.array(
    z.looseObject({
      target_group_arn: z.string().nullish(),
      forward: z.array(z.looseObject({ target_group: z.array(weighted).optional() })).nullish(),
    }),
  ),
})

const between = '"strategy": { "type": "rolling", "alternate": true }'

/**
 * Finds what ECS takes only in separate deployments (Amazon ECS developer guide, "Migrate rolling updates to
 * blue/green"): the target groups in one and the strategy in another, while the traffic is on the first group.
 */
export function ecsTooMuchAtOnce(changes: readonly PlannedChange[]): TooMuchAtOnce[] {
  return changes.flatMap(({ type, before, after }) => {
    if (type === 'aws_ecs_service') {
      const both = [service.safeParse(before), service.safeParse(after)] as const
      return [...twoSteps(...both, rulesIn(changes)), ...unnamedPorts(...both)]
    }
    if (type === 'aws_lb_listener_rule') return emptyGroup(rule.safeParse(before), rule.safeParse(after))
    return []
  })
}

type Parsed<Schema extends z.ZodType> = z.ZodSafeParseResult<z.output<Schema>>

function rulesIn(changes: readonly PlannedChange[]): number {
  return changes.filter(({ type }) => type === 'aws_lb_listener_rule').length
}

function twoSteps(
  before: Parsed<typeof service>,
  after: Parsed<typeof service>,
  changedRules: number,
): TooMuchAtOnce[] {
  if (!before.success || !after.success) return []
  const [was, will] = [before, after].map(({ data }) => shapeOf(data as z.output<typeof service>))
  if (was === undefined || will === undefined) return []
  if (was.balancer === will.balancer) return []
  // The plan of a strategy in phases shows neither: Terraform leaves both to the rollout, which needs a rule with two groups.
  const toPhases = was.balancer === 'one group' && will.balancer === 'two groups' && changedRules === 0
  if (was.shifts === will.shifts && !toPhases) return []
  const one = `Set ${between} in service.json, and deploy.`
  return [
    {
      why: `its strategy would change from ${was.strategy} to ${toPhases && !will.shifts ? 'phases' : will.strategy} together with its load balancer, and ECS takes these one after the other`,
      steps:
        will.shifts || toPhases
          ? [one, 'Then set the strategy that you want, and deploy again.']
          : [one, 'Then set what you want, and deploy again.'],
    },
  ]
}

/**
 * Terraform updates the service while it still runs the task definition of before, whose ports have no names without
 * Service Connect, and ECS refuses a port that it does not have.
 */
function unnamedPorts(before: Parsed<typeof service>, after: Parsed<typeof service>): TooMuchAtOnce[] {
  const [was = [], will = []] = [before, after].map(({ data }) => data?.service_connect_configuration ?? [])
  const offers = will.flatMap(one => one.service ?? [])
  if (!before.success || was.length > 0 || offers.length === 0) return []
  return [
    {
      why: 'it would offer a port in Service Connect that the task definition which runs has no name for',
      steps: [
        'Set only the namespace of serviceConnect in service.json, and deploy: the new task definition names the ports.',
        'Then set its services, and deploy again.',
      ],
    },
  ]
}

function shapeOf({ deployment_configuration, load_balancer }: z.output<typeof service>) {
  const strategy = deployment_configuration?.[0]?.strategy || 'ROLLING'
  const [first] = load_balancer ?? []
  const hasOther = (first?.advanced_configuration ?? []).length > 0
  const balancer = first === undefined ? 'none' : hasOther ? 'two groups' : 'one group'
  return { strategy, shifts: strategy !== 'ROLLING', balancer } as const
}

function emptyGroup(before: Parsed<typeof rule>, after: Parsed<typeof rule>): TooMuchAtOnce[] {
  if (!before.success || !after.success) return []
  const will = receivers(after.data)
  // A group that does not exist yet has no name: whether the old one may go is asked elsewhere, by address.
  if (will.includes(undefined)) return []
  const lost = receivers(before.data).filter(one => !will.includes(one))
  if (lost.length === 0) return []
  return [
    {
      why: `its rule would no longer send requests to ${lost.map(shortName).join(' and ')}, where its tasks are`,
      steps: [
        'Keep the strategy that shifts traffic and deploy once more, a release or a setting: each deployment moves the tasks to the other target group.',
        `Then set ${between} in service.json, and deploy.`,
      ],
    },
  ]
}

/** The target groups that get requests; undefined for one that does not exist yet. */
function receivers({ action }: z.output<typeof rule>): (string | undefined)[] {
  return action.flatMap(({ target_group_arn, forward }) => {
    const groups = forward?.flatMap(({ target_group = [] }) => target_group) ?? []
    if (groups.length === 0) return [target_group_arn || undefined]
    const [only] = groups
    if (groups.length === 1) return [only?.arn]
    return groups.filter(({ weight }) => weight !== 0).map(({ arn }) => arn)
  })
}

function shortName(arn: string | undefined): string {
  return (arn ?? '').split(':').at(-1)?.split('/')[1] ?? ''
}
