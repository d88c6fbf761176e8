import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../support/run.ts'

// Links the packages of this checkout instead of fetching them: everything else of `make installed` is as it is.
const npm = `#!/bin/sh
[ "$1" = ci ] || { echo "the runner's npm knows ci alone" >&2; exit 1; }
mkdir -p node_modules/.bin
ln -s '${projectRoot}'/node_modules/* node_modules/
ln -s '${projectRoot}'/node_modules/.bin/* node_modules/.bin/
`

// Keeps the pull requests in a file, one a line: head, a space, base.
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
  *) echo "the runner's gh knows no $action" >&2; exit 1 ;;
esac
`

/** Writes the programs that stand for what a job fetches from a network: npm, and GitHub's gh. */
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
