import type { Aws } from './aws/configuration.ts'
import { changedNames } from './plan-change.ts'
import { ProviderError, step } from './provider-error.ts'
import { found } from './resources/found.ts'
import type { ResourceType } from './resources/resource-type.ts'
import type { Block } from './schema/types.ts'
import type { State, Value } from './wire/value.ts'
import { isEqual, unknown, withoutUnknown } from './wire/value.ts'

/** The result of an apply; even after a failure, the state is what exists. */
export type Applied = { state: State | null; failure?: unknown }

/** Creates, changes or removes one resource. */
export async function applyChange(
  type: ResourceType,
  aws: Aws,
  prior: State | null,
  planned: State | null,
): Promise<Applied> {
  if (planned === null) return prior === null ? { state: null } : remove(type, aws, prior)
  return prior === null ? create(type, aws, planned) : update(type, aws, prior, planned)
}

/** Refreshes a resource; null if it is gone. */
export async function refresh(
  type: ResourceType,
  block: Block,
  aws: Aws,
  state: State,
): Promise<State | null> {
  const seen = await step(`reading ${type.label} (${type.nameOf(state)})`, () => type.read(aws, state))
  if (seen === null) return null
  const stray = Object.keys(seen).find(name => !(name in state))
  if (stray !== undefined)
    throw new ProviderError(`${type.label} has no ${stray} in this version of the schema`)
  const entries = Object.entries(seen).filter(([name, value]) => !isDefault(block, state[name], name, value))
  return {
    ...state,
    ...always(state, aws),
    ...Object.fromEntries(entries),
  }
}

/** Adds what a just imported resource lacks, so that its plan is not a change. */
function always(state: State, { region }: Aws): State {
  return {
    ...('region' in state ? { region: state.region ?? region } : {}),
    ...('tags_all' in state ? { tags_all: state.tags_all ?? {} } : {}),
  }
}

/** Keeps null in the state what the configuration omits, although AWS shows its default. */
function isDefault(block: Block, state: Value | undefined, name: string, seen: Value): boolean {
  if (block.attributes[name]?.computed || (state !== null && state !== undefined)) return false
  return seen === null || seen === '' || seen === false || isEqual(seen, []) || isEqual(seen, {})
}

async function create(type: ResourceType, aws: Aws, planned: State): Promise<Applied> {
  let made: State | undefined
  try {
    const wanted = withoutUnknown(planned) as State
    const computed = await step(`creating ${type.label} (${type.nameOf(wanted)})`, () =>
      type.create(aws, wanted, partly => {
        made = partly
      }),
    )
    return { state: fill(planned, { ...made, ...computed }) }
  } catch (failure) {
    return { state: made === undefined ? null : fill(planned, made), failure }
  }
}

async function update(type: ResourceType, aws: Aws, prior: State, planned: State): Promise<Applied> {
  const change = {
    prior,
    planned: withoutUnknown(planned) as State,
    changed: changedNames(prior, planned),
  }
  try {
    const computed = await step(`updating ${type.label} (${type.nameOf(prior)})`, () =>
      type.update(aws, change),
    )
    return { state: fill(planned, computed) }
  } catch (failure) {
    return { state: prior, failure }
  }
}

async function remove(type: ResourceType, aws: Aws, prior: State): Promise<Applied> {
  try {
    await step(`deleting ${type.label} (${type.nameOf(prior)})`, () => found(type.remove(aws, prior)))
    return { state: null }
  } catch (failure) {
    return { state: prior, failure }
  }
}

function fill(planned: State, computed: State): State {
  return Object.fromEntries(
    Object.entries(planned).map(([name, value]) => [
      name,
      withoutUnknown(value === unknown ? (computed[name] ?? null) : value),
    ]),
  )
}
