import type { Connection } from './aws/configuration.ts'
import { dataSources } from './data-sources/table.ts'
import { resourceTypes } from './resources/table.ts'
import { createRpcs } from './rpcs.ts'
import { readSchemas } from './schema/schemas.ts'
import type { Rpc } from './wire/service.ts'
import { serveProtocol } from './wire/service.ts'

/**
 * A stand-in for the Terraform AWS provider, for the real terraform program. It has the real one's schemas (those of
 * the pinned `@cdktf/provider-aws`) and creates in the emulator what a release touches. It is not the real provider:
 * it has none of its validators, and replaces only for the attributes that its tables name.
 */
export type Provider = {
  /** What terraform needs in its environment in order to find it. */
  readonly env: Readonly<Record<string, string>>
  /** What was called, in order: the procedure, and the type of the resource or data source if it was for one. */
  readonly calls: () => readonly ProviderCall[]
  /** Stops listening and cuts open connections. */
  readonly close: () => Promise<void>
}

/** One call of terraform's. */
export type ProviderCall = { readonly rpc: string; readonly type?: string }

const address = 'registry.terraform.io/hashicorp/aws'

/**
 * Starts a provider on a free port of loopback. `endpoint` is where AWS is, for example an emulator's URL; with `env`
 * all requests are signed by that identity instead of one of the account that a provider block allows.
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
