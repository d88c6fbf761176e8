import { fileURLToPath } from 'node:url'
import type { UntypedServiceImplementation } from '@grpc/grpc-js'
import { loadPackageDefinition, Server, ServerCredentials, status } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/** Answers one call; `peer` is its connection, which belongs to one provider block. */
export type Rpc = (request: never, peer: string) => object | Promise<object>

/** A listening server. */
export type ProviderServer = { address: string; close: () => void }

const protocol = fileURLToPath(new URL('../tfplugin5.proto', import.meta.url))
// Terraform's own limit (internal/plugin/grpc_provider.go, grpcMaxMessageSize).
const maxMessageBytes = 256 << 20

/** Serves protocol 5 on a free loopback port. A call that throws answers with its message. */
export async function serveProtocol(rpcs: Record<string, Rpc>): Promise<ProviderServer> {
  const loaded = loadPackageDefinition(loadSync(protocol, { keepCase: true, longs: Number, enums: String }))
  const { Provider } = loaded.tfplugin5 as unknown as {
    Provider: { service: Parameters<Server['addService']>[0] }
  }
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
  })
  server.addService(Provider.service, handlers(rpcs))
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() }
}

function handlers(rpcs: Record<string, Rpc>): UntypedServiceImplementation {
  const entries = Object.entries(rpcs).map(([name, rpc]) => [
    name,
    (
      call: { request: never; getPeer: () => string },
      answer: (error: object | null, value?: object) => void,
    ) => {
      Promise.resolve()
        .then(() => rpc(call.request, call.getPeer()))
        .then(
          value => answer(null, value),
          (cause: Error) => answer({ code: status.INTERNAL, details: cause.stack ?? String(cause) }),
        )
    },
  ])
  return Object.fromEntries(entries) as UntypedServiceImplementation
}
