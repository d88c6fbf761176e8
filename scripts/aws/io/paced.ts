import type { Pace } from '../../base/io/pace.ts'

type Next = (args: unknown) => Promise<unknown>
type Context = { readonly commandName?: string }
type Stack = {
  addRelativeTo(middleware: (next: Next, context: Context) => Next, options: object): void
}

/**
 * Makes each call of a client of the SDK wait for its turn, and each retry of one, since those count against a quota, too.
 * Calls of other commands than those that `isPaced` names do not wait.
 */
export function paceCalls<Client extends { readonly middlewareStack: unknown }>(
  client: Client,
  turn: Pace,
  isPaced: (command: string) => boolean,
): Client {
  const stack = client.middlewareStack as Stack
  stack.addRelativeTo(
    (next, { commandName = '' }) =>
      async args => {
        if (isPaced(commandName)) await turn()
        return await next(args)
      },
    // Before a call is signed, since a signature has a time.
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'paceCalls' },
  )
  return client
}
