import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { projectRoot } from '../support/run.ts'

type Locked = {
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
  readonly bin?: Readonly<Record<string, string>>
}

/**
 * Links this checkout's packages instead of fetching them; the rest of `make runtime` is real. Every job that the
 * runner runs has rights, so it gets the packages of production alone, and their scripts have to stay out.
 */
async function npm(): Promise<string> {
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  const production = Object.entries(lock.packages).filter(
    ([path, { dev }]) => dev !== true && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path),
  )
  const isOptional = ({ optional = false, devOptional = false }: Locked) => optional || devOptional
  const needed = linksOf(production.filter(([, one]) => !isOptional(one)))
  const optional = linksOf(production.filter(([, one]) => isOptional(one)))
  return `#!/bin/sh
case "$*" in
  'ci --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev' | 'ci --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev --cpu=none')
    ${oneLine(linkAll(needed))}; ${oneLine(linkAll(optional))} ;;
  'ci --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev --omit=optional')
    ${oneLine(linkAll(needed))} ;;
  *) echo "a job with rights must not call npm $*" >&2; exit 1 ;;
esac
`
}

/** The packages that this checkout has, and their programs. */
function linksOf(packages: readonly (readonly [string, Locked])[]): string[] {
  const programs = packages.flatMap(([, { bin = {} }]) => Object.keys(bin))
  const paths = packages.map(([path]) => path)
  const all = [...paths, ...new Set(programs.map(name => `node_modules/.bin/${name}`))]
  return all.filter(path => existsSync(join(projectRoot, path)))
}

const oneLine = (script: string) => script.replaceAll('\n', '; ')

// One process for each folder: a process for each link would be most of what a job takes.
function linkAll(paths: readonly string[]): string {
  const folders = Map.groupBy(paths, path => dirname(path))
  return [...folders]
    .map(([folder, inside]) => {
      const targets = inside.map(path => `'${join(projectRoot, path)}'`)
      return `mkdir -p '${folder}' && ln -s ${targets.join(' ')} '${folder}/'`
    })
    .join('\n')
}

// Keeps pull requests in a file, one per line: head, a space, base.
const gh = (file: string) => `#!/bin/sh
touch '${file}'
action="$1 $2"
while [ $# -gt 0 ]; do
  case "$1" in
    --head) head=$2 ;;
    --base) base=$2 ;;
    --title) title=$2 ;;
    --fill) echo 'could not compute title or body defaults: the branch is not in this clone' >&2; exit 1 ;;
  esac
  shift
done
case "$action" in
  'pr list') grep -F "$head $base" '${file}' | sed 's|^|https://github.test/pull/|' ;;
  'pr create')
    [ -n "$title" ] || { echo 'must provide a title' >&2; exit 1; }
    echo "$head $base" >>'${file}'; echo "https://github.test/pull/$head" ;;
  *) echo "the runner's gh does not know $action" >&2; exit 1 ;;
esac
`

/** Writes stand-ins for the programs that a job fetches from a network: npm, and GitHub's gh. */
export async function installPrograms(bin: string, pullRequests: string): Promise<void> {
  await mkdir(bin, { recursive: true })
  for (const [name, text] of [
    ['npm', await npm()],
    ['gh', gh(pullRequests)],
  ] as const) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
}
