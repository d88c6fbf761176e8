import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../support/run.ts'

// Links this checkout's packages instead of fetching them; the rest of `make installed` is real.
const npm = `#!/bin/sh
[ "$1" = ci ] || { echo "the runner's npm knows ci alone" >&2; exit 1; }
mkdir -p node_modules/.bin
ln -s '${projectRoot}'/node_modules/* node_modules/
ln -s '${projectRoot}'/node_modules/.bin/* node_modules/.bin/
`

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
    ['npm', npm],
    ['gh', gh(pullRequests)],
  ] as const) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
}
