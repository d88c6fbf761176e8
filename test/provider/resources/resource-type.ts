import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'

/** What a change of a resource starts from and leads to. */
export type Change = {
  readonly prior: State
  readonly planned: State
  /** The attributes and blocks that differ. */
  readonly changed: ReadonlySet<string>
}

/** What the stand-in knows of a resource type besides its schema. */
export type ResourceType = {
  /** As the real provider calls it in messages, for example `Lambda Function`. */
  readonly label: string
  /** What a person knows a resource by, for messages. */
  readonly nameOf: (state: State) => string
  /** The attributes and blocks whose change needs another resource. */
  readonly replaceOn: readonly string[]
  /** The computed attributes that an update will change. */
  readonly unknownOnUpdate?: (changed: ReadonlySet<string>, planned: State) => readonly string[]
  /**
   * Creates it and answers its computed attributes; `made` says that it exists, so that a later failure leaves a
   * tainted resource rather than a forgotten one.
   */
  readonly create: (aws: Aws, planned: State, made: (computed: State) => void) => Promise<State>
  /** What is there now, null if nothing is; what is left out stays as it is in the state. */
  readonly read: (aws: Aws, state: State) => Promise<State | null>
  /** Changes it and answers the computed attributes that changed with it. */
  readonly update: (aws: Aws, change: Change) => Promise<State>
  /** Removes it; that it is gone already is no error. */
  readonly remove: (aws: Aws, prior: State) => Promise<void>
  /** The attributes by which `terraform import` finds it. */
  readonly fromId: (id: string) => State
}
