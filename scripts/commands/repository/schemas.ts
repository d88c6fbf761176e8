import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { schemasAnswer } from '../../cli/answers/schemas.ts'
import { action } from '../../cli/command.ts'
import { openGit } from '../../git/io/git.ts'
import { referenceFiles } from '../../reference/files.ts'
import { answersOf, commands } from '../../reference/io/commands.ts'

/** `make schemas`. */
export const schemas = action({
  answer: schemasAnswer,
  async run(_, { report, dryRun, ...invocation }) {
    const { root } = await openGit(invocation.folder, invocation.environment)
    const answers = await answersOf(commands)
    const files = Object.entries(referenceFiles([...answers, { name: 'schemas', answer: schemasAnswer }]))
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
