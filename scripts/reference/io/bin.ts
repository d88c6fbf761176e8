#!/usr/bin/env node
import { isNodeNewEnough } from '../../cli/io/node-version.ts'

/* The program `waybill` of the package. */

if (isNodeNewEnough()) {
  const { enableCompileCache } = await import('node:module')
  const { compileCache } = await import('../../base/program/place.ts')
  enableCompileCache(compileCache)
  const { runNamed } = await import('../../cli/io/run-named.ts')
  const { loaders } = await import('./loaders.ts')
  await runNamed(loaders)
}
