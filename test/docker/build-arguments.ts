import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { splitPair } from './plan-state.ts'
import { type Platform, parsePlatforms } from './platform.ts'
import { type BuildSecret, parseSecret } from './secrets.ts'
import { StandInError } from './stand-in-error.ts'

/** Where an image is pushed to. */
export type ImageReference = { readonly host: string; readonly repository: string; readonly tag: string }

/** The parsed arguments of `docker buildx build`. */
export type BuildArguments = {
  readonly context: string
  readonly dockerfile: string
  readonly references: readonly ImageReference[]
  readonly platforms: readonly Platform[]
  readonly labels: ReadonlyMap<string, string>
  readonly buildArgs: ReadonlyMap<string, string>
  readonly provenance: boolean
  readonly sbom: boolean
  readonly metadataFile: string | undefined
  readonly target: string | undefined
  readonly secrets: readonly BuildSecret[]
}

const OPTIONS = {
  push: { type: 'boolean' },
  provenance: { type: 'string' },
  sbom: { type: 'string' },
  platform: { type: 'string' },
  progress: { type: 'string' },
  tag: { type: 'string', short: 't', multiple: true },
  label: { type: 'string', multiple: true },
  file: { type: 'string', short: 'f' },
  'build-arg': { type: 'string', multiple: true },
  'metadata-file': { type: 'string' },
  target: { type: 'string' },
  secret: { type: 'string', multiple: true },
  // Nothing is executed, so nothing is cached.
  'cache-from': { type: 'string', multiple: true },
  'cache-to': { type: 'string', multiple: true },
} as const

/** Parses the arguments after `buildx build`, or throws a StandInError for unknown ones. */
export function parseBuildArguments(args: readonly string[]): BuildArguments {
  const { values, positionals } = parseOptions(args)
  const [context, ...more] = positionals
  const tags = values.tag ?? []
  if (!values.push || tags.length === 0 || context === undefined || more.length > 0)
    throw unknownArguments(args)
  return {
    context,
    dockerfile: values.file ?? join(context, 'Dockerfile'),
    references: tags.map(parseReference),
    platforms: parsePlatforms(values.platform ?? 'linux/amd64'),
    labels: readPairs(values.label, '--label'),
    buildArgs: readPairs(values['build-arg'], '--build-arg'),
    // By default buildx attaches provenance but no SBOM.
    provenance: readSwitch(values.provenance ?? 'true', '--provenance', /^mode=(min|max)$/),
    sbom: readSwitch(values.sbom ?? 'false', '--sbom'),
    metadataFile: values['metadata-file'],
    target: values.target,
    secrets: (values.secret ?? []).map(parseSecret),
  }
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch {
    throw unknownArguments(args)
  }
}

function unknownArguments(args: readonly string[]): StandInError {
  return new StandInError(`docker: the stand-in does not know "buildx build ${args.join(' ')}"`)
}

function parseReference(text: string): ImageReference {
  const [, host, repository, tag] =
    /^([^/]+)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9._-]{0,127})$/.exec(text) ?? []
  if (host === undefined || repository === undefined || tag === undefined) {
    throw new StandInError(`ERROR: invalid tag "${text}": the stand-in takes host/repository:tag`)
  }
  return { host, repository, tag }
}

function readPairs(words: readonly string[] = [], option: string): ReadonlyMap<string, string> {
  return new Map(
    words.map(word => {
      const [name, value] = splitPair(word)
      if (name === '' || value === undefined)
        throw new StandInError(`ERROR: ${option} takes name=value, not "${word}"`)
      return [name, value]
    }),
  )
}

function readSwitch(value: string, option: string, alsoOn?: RegExp): boolean {
  if (value === 'true' || alsoOn?.test(value)) return true
  if (value === 'false') return false
  throw new StandInError(`ERROR: ${option}=${value} is not known to the stand-in`)
}
