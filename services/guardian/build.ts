import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'rolldown'

const folder = import.meta.dirname
const dist = join(folder, 'dist')

// One file: what a function has to find and read delays its first call. The clients of the SDK are in Lambda's runtime.
await rm(dist, { recursive: true, force: true })
await build({
  input: join(folder, 'src', 'index.ts'),
  platform: 'node',
  external: /^@aws-sdk\//,
  output: { file: join(dist, 'index.js'), format: 'esm', minify: true, codeSplitting: false },
  logLevel: 'warn',
})
await copyFile(join(folder, 'package.json'), join(dist, 'package.json'))
