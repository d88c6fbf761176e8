import type { Block, Schemas } from '../schema/types.ts'

/** The answer to GetSchema. */
export function schemaMessage({ provider, resources, dataSources }: Schemas): object {
  return {
    provider: message(provider),
    resource_schemas: messages(resources),
    data_source_schemas: messages(dataSources),
    server_capabilities: { get_provider_schema_optional: true },
  }
}

function messages(blocks: ReadonlyMap<string, Block>): object {
  return Object.fromEntries([...blocks].map(([name, block]) => [name, message(block)]))
}

function message(block: Block): object {
  return { version: 0, block: blockMessage(block) }
}

function blockMessage({ attributes, blocks }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      ...flags,
    })),
    block_types: Object.entries(blocks).map(([name, { nesting, block, minItems, maxItems }]) => ({
      type_name: name,
      block: blockMessage(block),
      nesting,
      min_items: minItems,
      max_items: maxItems,
    })),
  }
}
