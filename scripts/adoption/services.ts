import { serviceFile } from '../catalogue/inputs.ts'
import { type KindName, kindNames, kinds } from '../kinds/all.ts'
import type { Kind } from '../kinds/kind.ts'
import { isServiceName, type ServiceName } from '../names/service-name.ts'

/** A folder that looks like a service: what it is built from, and the kind that it would be. */
export type FoundService = {
  readonly name: ServiceName
  readonly folder: string
  readonly kind: KindName
  readonly sign: Sign
}

type Sign = keyof typeof signs
type Artifact = Kind['artifact']

// The first that a folder has decides. What runs from a zip is only a beginning, since nothing says what its handler is.
const signs = {
  Dockerfile: { artifact: 'image' as Artifact, build: undefined, settings: undefined },
  'go.mod': {
    artifact: 'zip' as Artifact,
    build: 'GOOS=linux GOARCH=amd64 CGO_ENABLED=0 go build -o "$OUT/bootstrap" .',
    settings: { handler: 'bootstrap', runtime: 'provided.al2023' },
  },
  'pyproject.toml': {
    artifact: 'zip' as Artifact,
    build: 'cp -R . "$OUT"',
    settings: { handler: 'main.handler', runtime: 'python3.13' },
  },
  'package.json': {
    artifact: 'zip' as Artifact,
    build: 'cp -R . "$OUT"',
    settings: { handler: 'index.handler', runtime: 'nodejs24.x' },
  },
} as const

/** The folders that look like services, among the files that git tracks. */
export function findServices(files: readonly string[]): FoundService[] {
  const folders = Map.groupBy(
    files.filter(
      file => file.includes('/') && !/(^|\/)(node_modules|test|tests|examples?|\.[^/]+)\//.test(file),
    ),
    file => file.replace(/\/[^/]*$/, ''),
  )
  const found = [...folders].flatMap(([folder, inside]) => {
    const names = new Set(inside.map(file => file.slice(folder.length + 1)))
    const sign = (Object.keys(signs) as Sign[]).find(one => names.has(one))
    const name = nameOf(folder)
    if (sign === undefined || name === undefined || isFar(sign, folder, name)) return []
    return [{ name, folder, sign, kind: kindFor(sign) }]
  })
  const outermost = found.filter(({ folder }) => !found.some(other => folder.startsWith(`${other.folder}/`)))
  return outermost.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

// docker is given a Dockerfile of the folder that has service.json.
function isFar(sign: Sign, folder: string, name: string): boolean {
  return signs[sign].build === undefined && folder !== `services/${name}`
}

function nameOf(folder: string): ServiceName | undefined {
  const name = (folder.split('/').at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return isServiceName(name) ? name : undefined
}

/** The kind that needs the least of an environment among those that run the artifact. */
function kindFor(sign: Sign): KindName {
  return kindNames.find(name => kinds[name].artifact === signs[sign].artifact) as KindName
}

/** The path and text of the service.json of a service. */
export function serviceJson({ name, folder, sign, kind }: FoundService): [path: string, text: string] {
  const { build, settings } = signs[sign]
  const home = `services/${name}`
  const document = {
    $schema: '../../node_modules/waybill/docs/schemas/service.schema.json',
    kind,
    inputs: [...new Set([`${folder}/**`, `${home}/**`])],
    build:
      build === undefined ? { dockerfile: 'Dockerfile', context: folder } : zipBuild(build, folder, home),
    ...(settings === undefined ? {} : { settings }),
  }
  return [serviceFile(name), `${JSON.stringify(document, null, 2)}\n`]
}

// The command runs in the folder of service.json, and what it copies must not contain the folder that it copies to.
function zipBuild(command: string, folder: string, home: string): object {
  const there = folder === home ? '.' : `../../${folder}`
  const copied = command.includes('cp -R')
    ? `rm -rf dist && mkdir dist && (cd ${there} && git ls-files -z | tar --null -T - -cf -) | tar -xf - -C dist`
    : `rm -rf dist && mkdir dist && OUT=$PWD/dist && cd ${there} && ${command}`
  return { command: copied, output: 'dist' }
}
