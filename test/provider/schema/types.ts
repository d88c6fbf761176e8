/** A type in terraform's JSON form (go-cty, `cty.Type.MarshalJSON`). */
export type CtyType =
  | 'string'
  | 'number'
  | 'bool'
  | readonly ['list' | 'set' | 'map', CtyType]
  | readonly ['object', Readonly<Record<string, CtyType>>]

/** One attribute of a block. */
export type Attribute = {
  readonly type: CtyType
  readonly required: boolean
  readonly optional: boolean
  readonly computed: boolean
}

/** One kind of nested block; a `maxItems` of 0 means no limit. */
export type NestedBlock = {
  readonly nesting: 'SINGLE' | 'LIST' | 'SET'
  readonly block: Block
  readonly minItems: number
  readonly maxItems: number
}

/** The attributes and blocks of a resource, a data source or the provider itself. */
export type Block = {
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly blocks: Readonly<Record<string, NestedBlock>>
}

/** The schemas of the provider: its own, and those of resources and data sources by type name. */
export type Schemas = {
  readonly provider: Block
  readonly resources: ReadonlyMap<string, Block>
  readonly dataSources: ReadonlyMap<string, Block>
}
