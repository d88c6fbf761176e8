import { z } from 'zod'
import { environmentsSchema } from '../catalogue/environments-schema.ts'
import { serviceConfigSchema } from '../catalogue/service-config.ts'
import { type Answering, documentSchema } from '../cli/answer.ts'
import { errorsPage } from './error-page.ts'

/** The files of docs/ that are made from the code: what each holds, by its path. */
export function referenceFiles(commands: readonly Answering[]): Record<string, string> {
  const answers = commands.map(command => [
    answerPath(command.name),
    print(z.toJSONSchema(documentSchema(command))),
  ])
  return {
    'docs/errors.md': errorsPage(),
    'docs/schemas/service.schema.json': print(z.toJSONSchema(serviceConfigSchema, { io: 'input' })),
    'docs/schemas/environments.schema.json': print(z.toJSONSchema(environmentsSchema, { io: 'input' })),
    ...Object.fromEntries(answers),
  }
}

/** The path of the schema of what a command prints with `JSON=1`. */
function answerPath(command: string): string {
  return `docs/schemas/answers/${command}.schema.json`
}

function print(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}
