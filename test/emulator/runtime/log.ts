import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** What a process logs, stream by stream. */
export type Log = {
  /** All text since the last time, once every stream has had the mark or has ended. */
  upTo: (mark: string) => Promise<string>
}

/** Collects what streams log. */
export function collectLog(streams: readonly Readable[]): Log {
  const collected = streams.map(collect)
  return { upTo: async mark => (await Promise.all(collected.map(take => take(mark)))).join('') }
}

function collect(stream: Readable): Log['upTo'] {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return async mark => {
    while (!text.includes(mark) && !stream.readableEnded) {
      const over = new AbortController()
      const { signal } = over
      await Promise.race([once(stream, 'data', { signal }), once(stream, 'end', { signal })])
      over.abort()
    }
    const [before = '', ...after] = text.split(mark)
    text = after.join('')
    return before
  }
}
