import type { Command } from './cli/command.ts'
import { runIfMain } from './cli/io/run-if-main.ts'

/** `make schemas`. */
export const schemas: Command = {
  name: 'schemas',
  summary:
    'Writes the JSON Schemas of service.json, of environments.json and of what each command answers with JSON=1 to docs/schemas, and the list of errors to docs/errors.md.',
  examples: [''],
  options: {},
  reads: [],
  load: async () => (await import('./commands/repository/schemas.ts')).schemas,
}

await runIfMain(import.meta, schemas)
