import type { Aws } from './aws/configuration.ts'
import type { ResourceType } from './resources/resource-type.ts'
import { isSame } from './resources/same-document.ts'
import type { Block } from './schema/types.ts'
import type { State, Value } from './wire/value.ts'
import { isEqual, unknown } from './wire/value.ts'

/** What terraform asks to plan. A null prior state means a creation, a null proposed state a removal. */
export type PlanQuestion = { prior: State | null; proposed: State | null; config: State | null }

/** The planned state, and the attributes that require a replacement. */
export type Planned = { planned: State | null; replace: string[] }

/** Plans a change: which computed values stay, which are already known, and which are known only after the apply. */
export function planChange(type: ResourceType, block: Block, aws: Aws, question: PlanQuestion): Planned {
  const { prior, proposed, config } = question
  if (proposed === null || config === null) return { planned: null, replace: [] }
  if (prior === null) return { planned: planCreate(block, aws, proposed), replace: [] }
  const kept = { ...keepSameDocuments(proposed, prior), ...derived(block, aws, proposed) }
  const changed = changedNames(prior, kept)
  const refreshed = new Set(changed.size === 0 ? [] : (type.unknownOnUpdate?.(changed, kept) ?? []))
  const planned = Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [
      name,
      refreshed.has(name) && (config[name] ?? null) === null ? unknown : value,
    ]),
  )
  return { planned, replace: type.replaceOn.filter(name => changed.has(name)) }
}

/** The names of the attributes and blocks that differ. */
export function changedNames(prior: State, planned: State): Set<string> {
  return new Set(Object.keys(planned).filter(name => !isEqual(prior[name], planned[name])))
}

function planCreate(block: Block, aws: Aws, proposed: State): State {
  const known = { ...proposed, ...derived(block, aws, proposed) }
  return Object.fromEntries(
    Object.entries(known).map(([name, value]) => [
      name,
      value === null && block.attributes[name]?.computed ? unknown : value,
    ]),
  )
}

/** The computed attributes that a plan knows: the region, and the tags merged with those of the provider block. */
function derived(block: Block, aws: Aws, proposed: State): State {
  const region = block.attributes.region?.computed ? { region: proposed.region ?? aws.region } : {}
  if (!('tags_all' in block.attributes)) return region
  const own = proposed.tags ?? {}
  const all = own === unknown ? unknown : { ...aws.defaultTags, ...(own as Record<string, Value>) }
  return { ...region, tags_all: all }
}

const documents = ['assume_role_policy', 'container_definitions', 'policy']

// The real provider ignores differences in the layout of documents.
function keepSameDocuments(proposed: State, prior: State): State {
  const same = documents.filter(name => {
    const [one, other] = [prior[name], proposed[name]]
    return typeof one === 'string' && typeof other === 'string' && isSame(one, other)
  })
  return { ...proposed, ...Object.fromEntries(same.map(name => [name, prior[name] ?? null])) }
}
