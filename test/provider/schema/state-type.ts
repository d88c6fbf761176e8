import type { Block, CtyType } from './types.ts'

/** An empty state: null for each attribute, and no blocks. */
export function emptyState({ attributes, blocks }: Block): Record<string, null | readonly never[]> {
  return Object.fromEntries([
    ...Object.keys(attributes).map(name => [name, null] as const),
    ...Object.entries(blocks).map(([name, { nesting }]) => [name, nesting === 'SINGLE' ? null : []] as const),
  ])
}

/** The state type of a block. */
export function stateType({ attributes, blocks }: Block): CtyType {
  const types = Object.entries(attributes).map(([name, { type }]) => [name, type] as const)
  const nested = Object.entries(blocks).map(([name, { nesting, block }]) => {
    const type = stateType(block)
    return [
      name,
      nesting === 'SINGLE' ? type : ([nesting === 'SET' ? 'set' : 'list', type] as const),
    ] as const
  })
  return ['object', Object.fromEntries<CtyType>([...types, ...nested])]
}
