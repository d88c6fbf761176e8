import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { environmentsSchema } from './catalogue/environments.ts'
import { serviceConfigSchema } from './catalogue/service-config.ts'
import { runCommand } from './cli/command.ts'
import { openGit } from './git/io/git.ts'

await runCommand({
  name: 'schemas',
  summary: 'Writes the JSON Schemas of service.json and environments.json for editors to docs/schemas.',
  options: {},
  async run(_, { report, dryRun, ...invocation }) {
    const { root } = await openGit(invocation.folder, invocation.environment)
    const folder = join(root, 'docs', 'schemas')
    const schemas = {
      'service.schema.json': z.toJSONSchema(serviceConfigSchema, { io: 'input' }),
      'environments.schema.json': z.toJSONSchema(environmentsSchema, { io: 'input' }),
    }
    await mkdir(folder, { recursive: true })
    for (const [name, schema] of Object.entries(schemas)) {
      if (!dryRun) await writeFile(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`)
      report.item(dryRun ? 'left out' : 'passed', `docs/schemas/${name}`)
    }
    return schemas
  },
})
