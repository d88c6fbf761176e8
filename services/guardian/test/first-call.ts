import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/* Starts the bundle that argv names as Lambda does, calls it once, and prints what that has loaded. */

const [, , bundle = ''] = process.argv
const loaded: string[] = []
let bytes = 0
registerHooks({
  // The clients are found beside the runtime, not beside the function.
  resolve: (name, context, next) =>
    next(
      name,
      name.startsWith('@aws-sdk/')
        ? { ...context, parentURL: pathToFileURL(join(import.meta.dirname, 'x')).href }
        : context,
    ),
  load(url, context, next) {
    const found = next(url, context)
    if (!url.startsWith('node:')) loaded.push(url)
    bytes += Buffer.byteLength(found.source ?? '')
    return found
  },
})
const begin = performance.now()
const { handler } = (await import(pathToFileURL(bundle).href)) as { handler(call: unknown): Promise<unknown> }
const answer = await handler({})
const ms = Math.round(performance.now() - begin)
process.stdout.write(`\n${JSON.stringify({ ms, bytes, loaded, answer })}\n`)
