import { join } from 'node:path'
import { rolldown } from 'rolldown'

/** The function in one file, and the files that it was made of, by their paths. */
export type Bundle = { readonly code: string; readonly modules: readonly string[] }

/**
 * Bundles the function: what it has to find and read delays its first call. The clients of the SDK are those of Lambda's
 * own runtime.
 */
export async function bundle(): Promise<Bundle> {
  const made = await rolldown({
    input: join(import.meta.dirname, 'src', 'index.ts'),
    platform: 'node',
    external: /^@aws-sdk\//,
    logLevel: 'silent',
  })
  const { output } = await made.generate({ format: 'esm', minify: true, codeSplitting: false })
  await made.close()
  const [chunk] = output
  return { code: chunk.code, modules: Object.keys(chunk.modules) }
}
