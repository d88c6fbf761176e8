import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'

/** The prior and planned state of a changed resource. */
export type Change = {
  readonly prior: State
  readonly planned: State
  /** The attributes and blocks that differ. */
  readonly changed: ReadonlySet<string>
}

/** What the stand-in knows about a resource type besides its schema. */
export type ResourceType = {
  /** The real provider's name for it in messages, such as `Lambda Function`. */
  readonly label: string
  /** The name of a resource in messages. */
  readonly nameOf: (state: State) => string
  /** The attributes and blocks whose change requires a replacement. */
  readonly replaceOn: readonly string[]
  /** The computed attributes that an update changes. */
  readonly unknownOnUpdate?: (changed: ReadonlySet<string>, planned: State) => readonly string[]
  /**
   * Creates it and returns its computed attributes. `made` reports that it exists, so that a later failure leaves a
   * tainted resource instead of a forgotten one.
   */
  readonly create: (aws: Aws, planned: State, made: (computed: State) => void) => Promise<State>
  /** Its current attributes, or null if it is gone. Omitted ones keep their value in the state. */
  readonly read: (aws: Aws, state: State) => Promise<State | null>
  /** Updates it and returns the computed attributes that changed. */
  readonly update: (aws: Aws, change: Change) => Promise<State>
  /** Removes it. A resource that is already gone is fine. */
  readonly remove: (aws: Aws, prior: State) => Promise<void>
  /** The attributes that `terraform import` finds it by. */
  readonly fromId: (id: string) => State
}
