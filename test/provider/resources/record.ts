import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import type { ResourceType } from './resource-type.ts'

/** A resource that exists only in terraform's state: its computed values are derived from the plan. */
export function record(options: {
  label: string
  name: string
  replaceOn: readonly string[]
  computed: (aws: Aws, planned: State) => State
}): ResourceType {
  const { label, name, replaceOn, computed } = options
  return {
    label,
    nameOf: state => String(state[name]),
    fromId: id => ({ [name]: id }),
    replaceOn,
    create: async (aws, planned) => computed(aws, planned),
    read: async () => ({}),
    update: async () => ({}),
    remove: async () => undefined,
  }
}
