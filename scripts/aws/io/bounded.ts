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
  // A failure reaches the reader through the stream itself.
  pipeline(body, passed, endIn(passed, ms))
  return passed
}

/** Gives a stream this many ms to end, and answers what to call when it has. */
function endIn(stream: Readable, ms: number): () => void {
  // The connection keeps the process alive, and this does not.
  const timer = setTimeout(() => stream.destroy(tooLong(ms)), ms).unref()
  return () => clearTimeout(timer)
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
type Next = (args: { request?: unknown }) => Promise<Received>
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
      const response = received.response as { body?: unknown; headers?: Record<string, string> }
      if (response.body instanceof Readable && !isHead(args.request))
        response.body = boundedBy(response.body, response.headers?.['content-length'], limits)
      return received
    },
    { step: 'deserialize', priority: 'low', name: 'boundAnswers' },
  )
  return client
}

// Such an answer has no body, only the length of what a GET would bring.
function isHead(request: unknown): boolean {
  return (request as { method?: string } | undefined)?.method === 'HEAD'
}

/** Node reads no more of an answer than the length that it announces, so most need only be bounded in time. */
function boundedBy(body: Readable, announced: string | undefined, limits: AnswerLimits): Readable {
  if (announced === undefined || !(Number(announced) <= limits.bytes)) return bounded(body, limits)
  body.once('close', endIn(body, limits.ms))
  return body
}
