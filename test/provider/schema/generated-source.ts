import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The declarations of a generated module, each as text without `export` and its kind. */
export type Declarations = {
  readonly interfaces: ReadonlyMap<string, string>
  readonly classes: ReadonlyMap<string, string>
  /** The functions that print a structure as HCL, by the structure's name in lower case. */
  readonly printers: ReadonlyMap<string, string>
}

const packageFolder = dirname(fileURLToPath(import.meta.resolve('@cdktf/provider-aws/package.json')))
const sourceMap = /\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/

/**
 * Reads the declarations of a module of `@cdktf/provider-aws`, such as `lambda-alias`, from the TypeScript in its source
 * map: only that says for every attribute whether it is computed, optional or required.
 */
export function readDeclarations(module: string): Declarations {
  const script = readFileSync(join(packageFolder, 'lib', module, 'index.js'), 'utf8')
  const encoded = sourceMap.exec(script)?.[1]
  if (encoded === undefined) throw new Error(`@cdktf/provider-aws/lib/${module} has no source map`)
  const map = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as { sourcesContent?: string[] }
  return splitDeclarations(map.sourcesContent?.[0] ?? '')
}

function splitDeclarations(source: string): Declarations {
  const interfaces = new Map<string, string>()
  const classes = new Map<string, string>()
  const printers = new Map<string, string>()
  for (const text of source.split(/^export (?=interface|class|function)/m).slice(1)) {
    const [, kind, name = ''] = /^(interface|class|function) (\w+)/.exec(text) ?? []
    if (kind === 'interface') interfaces.set(name, text)
    else if (kind === 'class') classes.set(name, text)
    else if (name.endsWith('ToHclTerraform'))
      printers.set(name.slice(0, -'ToHclTerraform'.length).toLowerCase(), text)
  }
  return { interfaces, classes, printers }
}
