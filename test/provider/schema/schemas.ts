import { readSchema } from './read-schema.ts'
import type { Schemas } from './types.ts'

let known: Schemas | undefined

/** The schemas of these types, each read once, since the package does not change while a process runs. */
export function readSchemas(resourceTypes: Iterable<string>, dataSourceTypes: Iterable<string>): Schemas {
  known ??= {
    provider: readSchema('provider'),
    resources: new Map([...resourceTypes].map(name => [name, readSchema(moduleOf(name))])),
    dataSources: new Map([...dataSourceTypes].map(name => [name, readSchema(`data-aws-${moduleOf(name)}`)])),
  }
  return known
}

function moduleOf(typeName: string): string {
  return typeName.replace(/^aws_/, '').replaceAll('_', '-')
}
