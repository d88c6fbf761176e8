import pLimit from 'p-limit'

type Next = (args: unknown) => Promise<unknown>
type Stack = { addRelativeTo(middleware: (next: Next) => Next, options: object): void }

/**
 * Lets a client of the SDK have this many calls on their way. The others wait here, unsigned and without a clock: in the
 * agent's queue, each would hold all of its request, and fail when no connection gets to it in time.
 */
export function limitCalls<Client extends { readonly middlewareStack: unknown }>(
  client: Client,
  most: number,
): Client {
  const slots = pLimit(most)
  const stack = client.middlewareStack as Stack
  stack.addRelativeTo(next => args => slots(() => next(args)), {
    // Each attempt by itself: a call that pauses before another one is not on its way.
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'limitCalls',
  })
  return client
}
