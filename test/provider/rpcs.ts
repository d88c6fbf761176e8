import { applyChange, refresh } from './apply-change.ts'
import type { Aws, Connection } from './aws/configuration.ts'
import { configure } from './aws/configuration.ts'
import { dataSources } from './data-sources/table.ts'
import { planChange } from './plan-change.ts'
import { ProviderError } from './provider-error.ts'
import { resourceTypes } from './resources/table.ts'
import { emptyState, stateType } from './schema/state-type.ts'
import type { Block, Schemas } from './schema/types.ts'
import { unconfigurable } from './validate-config.ts'
import type { DynamicValue } from './wire/dynamic-value.ts'
import { readJson, readValue, writeValue } from './wire/dynamic-value.ts'
import { schemaMessage } from './wire/schema-message.ts'
import type { Rpc } from './wire/service.ts'
import type { State } from './wire/value.ts'

type Typed = { type_name: string; config: DynamicValue }
type Plan = Typed & { prior_state: DynamicValue; proposed_new_state: DynamicValue; prior_private: Uint8Array }
type Apply = Typed & { prior_state: DynamicValue; planned_state: DynamicValue; planned_private: Uint8Array }
/** The configuration of a connection, which can be stopped before, during and after it is configured. */
type Session = { aws: Promise<Aws>; abort: AbortController }

/** The procedures of the protocol. Each connection belongs to one provider block, so it holds the configuration. */
export function createRpcs(connection: Connection, schemas: Schemas): Record<string, Rpc> {
  const sessions = new Map<string, Session>()
  const awsOf = (peer: string): Promise<Aws> => {
    const session = sessions.get(peer)
    if (!session) throw new ProviderError('the provider is not configured')
    return session.aws
  }
  return {
    GetMetadata: () => ({
      server_capabilities: { get_provider_schema_optional: true },
      resources: [...schemas.resources.keys()].map(type_name => ({ type_name })),
      data_sources: [...schemas.dataSources.keys()].map(type_name => ({ type_name })),
    }),
    GetSchema: () => schemaMessage(schemas),
    GetFunctions: () => ({}),
    PrepareProviderConfig: ({ config }: { config: DynamicValue }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: ({ type_name, config }: Typed) => {
      const block = blockOf(schemas.resources, type_name)
      return { diagnostics: unconfigurable(block, readValue(config, stateType(block)) as State) }
    },
    ValidateDataSourceConfig: ({ type_name, config }: Typed) => {
      const block = blockOf(schemas.dataSources, type_name)
      return { diagnostics: unconfigurable(block, readValue(config, stateType(block)) as State) }
    },
    UpgradeResourceState: ({
      type_name,
      raw_state,
    }: {
      type_name: string
      raw_state: { json: Uint8Array }
    }) => {
      const type = stateType(blockOf(schemas.resources, type_name))
      return { upgraded_state: writeValue(readJson(raw_state.json, type)) }
    },
    Configure: ({ config }: { config: DynamicValue }, peer) =>
      diagnosed(async () => {
        const abort = new AbortController()
        const block = readValue(config, stateType(schemas.provider)) as State
        const aws = configure(connection, block, abort.signal)
        sessions.set(peer, { aws, abort })
        await aws
        return {}
      }),
    ReadResource: (request: Typed & { current_state: DynamicValue; private: Uint8Array }, peer) =>
      diagnosed(async () => {
        const block = blockOf(schemas.resources, request.type_name)
        const state = readValue(request.current_state, stateType(block)) as State
        const read = await refresh(typeOf(request.type_name), block, await awsOf(peer), state)
        return { new_state: writeValue(read), private: request.private }
      }),
    PlanResourceChange: (request: Plan, peer) =>
      diagnosed(async () => {
        const block = blockOf(schemas.resources, request.type_name)
        const type = stateType(block)
        const { planned, replace } = planChange(typeOf(request.type_name), block, await awsOf(peer), {
          prior: readValue(request.prior_state, type) as State | null,
          proposed: readValue(request.proposed_new_state, type) as State | null,
          config: readValue(request.config, type) as State | null,
        })
        return {
          planned_state: writeValue(planned),
          requires_replace: replace.map(attribute_name => ({ steps: [{ attribute_name }] })),
          planned_private: request.prior_private,
        }
      }),
    ApplyResourceChange: (request: Apply, peer) =>
      diagnosed(async () => {
        const type = stateType(blockOf(schemas.resources, request.type_name))
        const { state, failure } = await applyChange(
          typeOf(request.type_name),
          await awsOf(peer),
          readValue(request.prior_state, type) as State | null,
          readValue(request.planned_state, type) as State | null,
        )
        const answer = { new_state: writeValue(state), private: request.planned_private }
        return failure === undefined ? answer : { ...answer, diagnostics: [diagnostic(failure)] }
      }),
    ImportResourceState: ({ type_name, id }: { type_name: string; id: string }) => {
      const block = blockOf(schemas.resources, type_name)
      const state = { ...emptyState(block), id, ...typeOf(type_name).fromId(id) }
      return { imported_resources: [{ type_name, state: writeValue(state) }] }
    },
    ReadDataSource: (request: Typed, peer) =>
      diagnosed(async () => {
        const config = readValue(request.config, stateType(blockOf(schemas.dataSources, request.type_name)))
        const read = dataSources.get(request.type_name)
        if (!read) throw new ProviderError(`the stand-in has no data source ${request.type_name}`)
        return {
          state: writeValue({ ...(config as State), ...(await read(await awsOf(peer), config as State)) }),
        }
      }),
    Stop: (_: unknown, peer) => {
      sessions.get(peer)?.abort.abort()
      return {}
    },
  }
}

function blockOf(blocks: ReadonlyMap<string, Block>, typeName: string): Block {
  const block = blocks.get(typeName)
  if (!block) throw new ProviderError(`the stand-in has no ${typeName}`)
  return block
}

function typeOf(typeName: string) {
  const type = resourceTypes.get(typeName)
  if (!type) throw new ProviderError(`the stand-in has no ${typeName}`)
  return type
}

async function diagnosed(run: () => Promise<object>): Promise<object> {
  try {
    return await run()
  } catch (cause) {
    return { diagnostics: [diagnostic(cause)] }
  }
}

function diagnostic(cause: unknown): object {
  const error = cause as Error
  if (error instanceof ProviderError)
    return { severity: 'ERROR', summary: error.message, detail: error.detail }
  return {
    severity: 'ERROR',
    summary: 'The stand-in for the AWS provider failed',
    detail: error.stack ?? String(error),
  }
}
