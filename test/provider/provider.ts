import type { Connection } from './aws/configuration.ts'
import { dataSources } from './data-sources/table.ts'
import { resourceTypes } from './resources/table.ts'
import { createRpcs } from './rpcs.ts'
import { readSchemas } from './schema/schemas.ts'
import type { Rpc } from './wire/service.ts'
import { serveProtocol } from './wire/service.ts'

/**
 * A stand-in for the Terraform AWS provider, for the real terraform program. It has the real provider's schemas (from the
 * pinned `@cdktf/provider-aws`) and creates what a release touches in the emulator. Unlike the real provider it has no
 * validators, and it replaces only for the attributes in its tables.
 */
export type Provider = {
  /** The environment variables that terraform needs to find it. */
  readonly env: Readonly<Record<string, string>>
  /** The calls in order: the procedure, and the type of the resource or data source, if any. */
  readonly calls: () => readonly ProviderCall[]
  /** Stops listening and closes open connections. */
  readonly close: () => Promise<void>
}

/** One call from terraform. */
export type ProviderCall = { readonly rpc: string; readonly type?: string }

const address = 'registry.terraform.io/hashicorp/aws'

/**
 * Starts a provider on a free loopback port. `endpoint` is the URL of AWS, such as an emulator's. With `env` that
 * identity signs all requests, instead of one of the account that a provider block allows.
 */
export async function startProvider(options: Connection): Promise<Provider> {
  const calls: ProviderCall[] = []
  const schemas = readSchemas(resourceTypes.keys(), dataSources.keys())
  const rpcs = Object.entries(createRpcs(options, schemas)).map(([name, rpc]) => [
    name,
    recorded(name, rpc, calls),
  ])
  const server = await serveProtocol(Object.fromEntries(rpcs) as Record<string, Rpc>)
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [address]: reattach(server.address) }) },
    calls: () => [...calls],
    close: async () => server.close(),
  }
}

// hashicorp/go-plugin, ReattachConfig: `Test` keeps terraform from ending the process.
function reattach(listener: string): object {
  return {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: 'tcp', String: listener },
  }
}

function recorded(name: string, rpc: Rpc, calls: ProviderCall[]): Rpc {
  return (request: { type_name?: string }, peer) => {
    calls.push(request.type_name === undefined ? { rpc: name } : { rpc: name, type: request.type_name })
    return rpc(request as never, peer)
  }
}
