import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { schemasAnswer } from './cli/answers/schemas.ts'
import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/process.ts'
import { openGit } from './git/io/git.ts'

/** `make schemas`. */
export const schemas = command({
  name: 'schemas',
  summary:
    'Writes the JSON Schemas of service.json, of environments.json and of what each command answers with JSON=1 to docs/schemas, and the list of errors to docs/errors.md.',
  examples: [''],
  options: {},
  reads: [],
  answer: schemasAnswer,
  async run(_, { report, dryRun, ...invocation }) {
    const { commands } = await import('./reference/io/commands.ts')
    const { referenceFiles } = await import('./reference/files.ts')
    const { root } = await openGit(invocation.folder, invocation.environment)
    const files = Object.entries(referenceFiles([...commands, { name: 'schemas', answer: schemasAnswer }]))
    for (const [path, text] of files) {
      if (!dryRun) {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
      }
      report.item(dryRun ? 'left out' : 'passed', path)
    }
    return { files: files.map(([path]) => path) }
  },
})

await runIfMain(import.meta, schemas)
