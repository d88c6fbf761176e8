#!/usr/bin/env node
import { isNodeNewEnough } from '../../cli/io/node-version.ts'

/* The program `waybill` of the package. */

if (isNodeNewEnough()) {
  const { runNamed } = await import('../../cli/io/process.ts')
  const { loaders } = await import('./loaders.ts')
  await runNamed(loaders)
}
