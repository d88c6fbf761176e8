import { z } from 'zod'
import { type Attempt, attempt, valueIn } from '../base/attempt.ts'
import { type JsonSource, parseJson } from '../base/parse-json.ts'
import { count, quote } from '../base/printable.ts'
import { UserError } from '../base/user-error.ts'
import { kindNames, kinds } from '../kinds/all.ts'
import { type Applied, parseApplied } from '../kinds/applied.ts'
import type { Kind, TooMuchAtOnce } from '../kinds/kind.ts'
import { type AttributeChange, attributeChanges } from './attribute-changes.ts'
import { terraformErrors } from './errors.ts'
import { type ConfiguredModule, sameResources, secretReads } from './plan-faults.ts'

const change = z.looseObject({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  importing: z.looseObject({ id: z.string().optional() }).nullish(),
})
const configuredModule: z.ZodType<ConfiguredModule> = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        address: z.string(),
        mode: z.string(),
        type: z.string(),
        provider_config_key: z.string().optional(),
        expressions: z.unknown().optional(),
      }),
    )
    .optional(),
  get module_calls() {
    return z.record(z.string(), z.looseObject({ module: configuredModule.optional() })).optional()
  },
})
const planJson = z.looseObject({
  errored: z.boolean().optional(),
  resource_changes: z
    .array(
      z.looseObject({
        address: z.string(),
        previous_address: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        change,
      }),
    )
    .optional(),
  output_changes: z.record(z.string(), change).optional(),
  configuration: z.looseObject({ root_module: configuredModule.optional() }).optional(),
})

const named = z.looseObject({
  name: z.string().optional(),
  tags_all: z.record(z.string(), z.string()).nullish(),
})

/** What a plan would do to one resource; `forget` removes it from the state and leaves it in AWS. */
export type Action = 'create' | 'update' | 'replace' | 'destroy' | 'forget'

/** One resource that a plan would change. */
export type ResourceChange = {
  readonly address: string
  readonly type: string
  readonly action: Action
  readonly attributes: readonly AttributeChange[]
  /** The name and the service tag of a resource that already exists, if it has them. */
  readonly was: { readonly name?: string | undefined; readonly service?: string | undefined }
}

/** A resource that exists already and that a plan would take over. */
export type Imported = { readonly address: string; readonly type: string; readonly id: string }

/** The parts of a Terraform plan that Waybill needs. */
export type PlanView = {
  readonly imports: readonly Imported[]
  readonly changes: readonly ResourceChange[]
  /** What one deploy cannot do, though several can. */
  readonly tooMuchAtOnce: readonly TooMuchAtOnce[]
  /** Resources that would be the same one in AWS. */
  readonly same: readonly string[]
  /** The data sources that read secrets. */
  readonly secretReads: readonly string[]
  /** Whether applying it would change nothing: no resource, no output, no state. */
  readonly isEmpty: boolean
  /** What was applied last, or why that cannot be read; undefined before the first apply. */
  readonly before: Attempt<Applied> | undefined
}

const source: JsonSource = {
  name: 'the output of terraform show -json',
  remedy: 'Run this again; if that does not help, use a version of Terraform that Waybill supports.',
}

/**
 * Parses the output of `terraform show -json <plan>` (Terraform, "JSON Output Format"). Throws a `UserError` if the plan
 * is incomplete or has an action that Waybill does not know.
 */
export function parsePlan(text: string): PlanView {
  const plan = parseJson(text, planJson, source)
  if (plan.errored === true) throw incomplete()
  const managed = (plan.resource_changes ?? []).filter(({ mode }) => mode === 'managed')
  const changes = managed.flatMap(({ address, type, change }): ResourceChange[] => {
    const action = actionOf(address, change.actions)
    return action === undefined
      ? []
      : [{ address, type, action, attributes: attributeChanges(change), was: identity(change.before) }]
  })
  const outputs = Object.entries(plan.output_changes ?? {}).some(
    ([name, one]) => !one.actions.includes('no-op') && !(name === 'applied' && isRewording(one)),
  )
  const imports = managed.flatMap(({ address, type, change: { importing } }) =>
    importing == null ? [] : [{ address, type, id: importing.id ?? '' }],
  )
  const moves = imports.length > 0 || managed.some(one => one.previous_address !== undefined)
  const applied = plan.output_changes?.applied
  const module = plan.configuration?.root_module ?? {}
  return {
    changes,
    imports,
    tooMuchAtOnce: tooMuchAtOnce(managed),
    same: sameResources(
      managed.filter(({ change }) => change.after != null),
      module,
    ),
    secretReads: secretReads(module),
    isEmpty: changes.length === 0 && !outputs && !moves,
    before: applied?.before == null ? undefined : attempt(() => parseApplied(applied.before)),
  }
}

function tooMuchAtOnce(all: NonNullable<z.output<typeof planJson>['resource_changes']>): TooMuchAtOnce[] {
  const updates = all.flatMap(({ address, type, change }) =>
    actionOf(address, change.actions) === 'update'
      ? [{ address, type, before: change.before, after: change.after }]
      : [],
  )
  return kindNames.flatMap(name => {
    const kind: Kind = kinds[name]
    return kind.tooMuchAtOnce?.(updates) ?? []
  })
}

/** Whether an output says the same as before, as a newer Waybill writes it: that alone is nothing to approve. */
function isRewording({ before, after }: z.output<typeof change>): boolean {
  const [one, other] = [before, after].map(output => valueIn(attempt(() => parseApplied(output))))
  return one !== undefined && one.tag === other?.tag && one.revision === other.revision
}

function incomplete(): UserError {
  return new UserError(
    terraformErrors['plan-incomplete'],
    'the plan is incomplete: Terraform hit an error while planning',
  )
}

function identity(before: unknown): ResourceChange['was'] {
  const { success, data } = named.safeParse(before)
  return success ? { name: data.name, service: data.tags_all?.['waybill-service'] } : {}
}

// Every list of actions that a resource can have (Terraform, "JSON Output Format").
const actions: Readonly<Record<string, Action | undefined>> = {
  'no-op': undefined,
  read: undefined,
  create: 'create',
  update: 'update',
  delete: 'destroy',
  forget: 'forget',
  'delete create': 'replace',
  'create delete': 'replace',
  // The old resource stays in AWS, but references move to the new one.
  'create forget': 'replace',
}

function actionOf(address: string, asked: readonly string[]): Action | undefined {
  const key = asked.join(' ')
  if (Object.hasOwn(actions, key)) return actions[key]
  throw new UserError(
    terraformErrors['terraform-unknown-action'],
    `the plan has an action for ${quote(address)} that Waybill does not know: ${quote(key)}`,
  )
}

const revisions = new Set(kindNames.flatMap(name => kinds[name].revisions))

/** Whether a replacement only adds a revision, and the one from before stays in AWS. */
export function isNewRevision({ type, action }: Pick<ResourceChange, 'type' | 'action'>): boolean {
  return action === 'replace' && revisions.has(type)
}

/** How many resources a plan would import, create, update, replace, destroy and forget, as `1 to import, 2 to update`. */
export function countActions({ changes, imports, isEmpty }: PlanView): string {
  const revisions = changes.filter(isNewRevision).length
  const counts = (['create', 'update', 'replace', 'destroy', 'forget'] as const).flatMap(action => {
    const number = changes.filter(one => one.action === action && !isNewRevision(one)).length
    return number > 0 ? [`${number} to ${action}`] : []
  })
  const adopted = imports.length > 0 ? [`${imports.length} to import`] : []
  const all = [...adopted, ...(revisions > 0 ? [count(revisions, 'new revision')] : []), ...counts]
  return all.join(', ') || (isEmpty ? 'no changes' : 'only state changes')
}
