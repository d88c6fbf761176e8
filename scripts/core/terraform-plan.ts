import { z } from 'zod'
import type { StackOutputs } from './synth-input.ts'

const change = z.looseObject({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
})
const planJson = z.looseObject({
  terraform_version: z.string(),
  errored: z.boolean().optional(),
  planned_values: z
    .looseObject({
      outputs: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).optional(),
    })
    .optional(),
  resource_changes: z
    .array(z.looseObject({ address: z.string(), mode: z.string(), type: z.string(), change }))
    .optional(),
  resource_drift: z.array(z.looseObject({ address: z.string(), change })).optional(),
  output_changes: z.record(z.string(), change).optional(),
})

const named = z.looseObject({
  name: z.string().optional(),
  tags_all: z.record(z.string(), z.string()).nullish(),
})

/** What a plan would do to one resource. */
export type Action = 'create' | 'update' | 'replace' | 'destroy'

/** One attribute that a plan would change, with its values as they are printed. */
export type AttributeChange = { readonly path: string; readonly before: string; readonly after: string }

/** One resource that a plan would change. */
export type ResourceChange = {
  readonly address: string
  readonly type: string
  readonly action: Action
  readonly attributes: readonly AttributeChange[]
  /** Its own name in AWS, and the service that its tags say it is of, where it has them and exists already. */
  readonly was: { readonly name?: string | undefined; readonly service?: string | undefined }
}

/** A plan of Terraform's, as far as Waybill needs it. */
export type PlanView = {
  readonly changes: readonly ResourceChange[]
  /** Whether applying it would change anything, outputs included. */
  readonly isEmpty: boolean
  /** The output `applied` as it is now; undefined before the first apply. */
  readonly before: StackOutputs | undefined
  /** The output `applied` after an apply, where it is known already. */
  readonly after: Partial<StackOutputs> | undefined
}

/** Reads what `terraform show -json <plan>` prints (Terraform, "JSON Output Format"). */
export function parsePlan(text: string): PlanView {
  const plan = planJson.parse(JSON.parse(text))
  const managed = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed')
  const changes = managed.flatMap(({ address, type, change }): ResourceChange[] => {
    const action = actionOf(change.actions)
    return action === undefined
      ? []
      : [{ address, type, action, attributes: attributesOf(change), was: identity(change.before) }]
  })
  const outputs = Object.values(plan.output_changes ?? {}).some(({ actions }) => !actions.includes('no-op'))
  const applied = plan.output_changes?.applied
  return {
    changes,
    isEmpty: changes.length === 0 && !outputs,
    before: (applied?.before ?? undefined) as StackOutputs | undefined,
    after: (applied?.after ?? plan.planned_values?.outputs?.applied?.value) as
      | Partial<StackOutputs>
      | undefined,
  }
}

function identity(before: unknown): ResourceChange['was'] {
  const { success, data } = named.safeParse(before)
  return success ? { name: data.name, service: data.tags_all?.['waybill-service'] } : {}
}

function actionOf(actions: readonly string[]): Action | undefined {
  if (actions.includes('create')) return actions.includes('delete') ? 'replace' : 'create'
  if (actions.includes('delete')) return 'destroy'
  return actions.includes('update') ? 'update' : undefined
}

type Change = z.output<typeof change>

/** The attributes that differ, each at the deepest place where both sides have one. */
function attributesOf(change: Change): AttributeChange[] {
  if (change.before === null || change.after === null) return []
  return differences('', change.before, change.after, change.after_unknown, [
    change.before_sensitive,
    change.after_sensitive,
  ])
}

type Sensitive = readonly [unknown, unknown]

function differences(
  path: string,
  before: unknown,
  after: unknown,
  unknown: unknown,
  hidden: Sensitive,
): AttributeChange[] {
  if (hidden.includes(true)) {
    return same(before, after) && unknown !== true
      ? []
      : [{ path, before: '(sensitive)', after: '(sensitive)' }]
  }
  if (unknown === true) return [{ path, before: print(before), after: '(known after apply)' }]
  if (isTree(before) && isTree(after)) {
    const keys = new Set([
      ...Object.keys(before),
      ...Object.keys(after),
      ...(isTree(unknown) ? Object.keys(unknown) : []),
    ])
    return [...keys].flatMap(key =>
      differences(path === '' ? key : `${path}.${key}`, at(before, key), at(after, key), at(unknown, key), [
        at(hidden[0], key),
        at(hidden[1], key),
      ]),
    )
  }
  return same(before, after) ? [] : [{ path, before: print(before), after: print(after) }]
}

type Tree = Readonly<Record<string, unknown>>

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null
}

function at(value: unknown, key: string): unknown {
  return isTree(value) ? value[key] : undefined
}

function same(one: unknown, other: unknown): boolean {
  return (one ?? null) === (other ?? null) || JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

function print(value: unknown): string {
  return value === undefined || value === null
    ? '(none)'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
}

// What takes traffic, holds releases or is called by others: replacing one is an outage or a loss.
const guarded =
  /^aws_(lambda_function|lambda_alias|ecs_service|lb|alb|lb_listener|lb_listener_rule|lb_target_group|s3_bucket|ecr_repository)$/

/** The changes that a person must allow by their address, and has not. */
export function forbidden(view: PlanView, allowed: readonly string[]): ResourceChange[] {
  return view.changes.filter(
    ({ address, type, action }) =>
      (action === 'replace' || action === 'destroy') && guarded.test(type) && !allowed.includes(address),
  )
}

/** How many resources a plan would create, update, replace and destroy, as `1 to create, 2 to update`. */
export function countActions(view: PlanView): string {
  const actions = ['create', 'update', 'replace', 'destroy'] as const
  const counts = actions.map(
    action => [view.changes.filter(one => one.action === action).length, action] as const,
  )
  const some = counts.filter(([number]) => number > 0).map(([number, action]) => `${number} to ${action}`)
  return some.join(', ') || (view.isEmpty ? 'no changes' : 'outputs only')
}
