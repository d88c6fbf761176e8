import { pipeline, Readable, Transform } from 'node:stream'

/** How much an answer may bring and how long that may take, the time until it begins not included. */
export type AnswerLimits = { readonly bytes: number; readonly ms: number }

/** Passes a body on, and fails where it is larger than any answer or does not end. */
export function bounded(body: Readable, { bytes, ms }: AnswerLimits): Readable {
  let seen = 0
  const passed = new Transform({
    transform(part: Buffer, _, done) {
      seen += part.length
      if (seen > bytes) done(tooLarge(bytes))
      else done(null, part)
    },
  })
  // The connection keeps the process alive, and this does not.
  const timer = setTimeout(() => passed.destroy(tooLong(ms)), ms).unref()
  // A failure reaches the reader through the stream itself.
  pipeline(body, passed, () => clearTimeout(timer))
  return passed
}

// The SDK retries a call with an error of this name.
function tooLong(ms: number): Error {
  const error = new Error(`the answer has not ended after ${ms / 1000} s`)
  return Object.assign(error, { name: 'TimeoutError' })
}

function tooLarge(bytes: number): Error {
  return new Error(`the answer is larger than ${bytes / 1024 ** 2} MB`)
}

type Received = { readonly response: unknown }
type Next = (args: unknown) => Promise<Received>
type Stack = { add(middleware: (next: Next) => Next, options: object): void }

/** Bounds the body of every answer that a client of the SDK receives. */
export function boundAnswers<Client extends { readonly middlewareStack: unknown }>(
  client: Client,
  limits: AnswerLimits,
): Client {
  // The lowest priority of the last step is next to the wire: nothing has read the body yet, and a retry comes later.
  const stack = client.middlewareStack as Stack
  stack.add(
    next => async args => {
      const received = await next(args)
      const response = received.response as { body?: unknown }
      if (response.body instanceof Readable) response.body = bounded(response.body, limits)
      return received
    },
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
  return client
}
