import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from './workspace.ts'

/*
 * What a webhook is on a real git server: the push ends, and CI hears of it. The hook does not run the job
 * itself, since a job in the hook would hold up the pusher or outlive the demo.
 */
const hook = `#!/bin/sh
while read -r old new ref; do
  case "$ref" in
    refs/tags/*) printf '%s %s\\n' "$new" "$ref" >>"$GIT_DIR/pushed-tags" ;;
  esac
done
`

/** Gives the remote the hook that tells CI of pushed tags. */
export async function installHook({ remote }: Workspace): Promise<void> {
  const file = join(remote, 'hooks', 'post-receive')
  await mkdir(join(remote, 'hooks'), { recursive: true })
  await writeFile(join(remote, 'pushed-tags'), '')
  await writeFile(file, hook)
  await chmod(file, 0o755)
}

/** The tags that were pushed to the remote so far, in order; deleted ones are left out. */
export async function pushedTags({ remote }: Workspace): Promise<string[]> {
  const text = await readFile(join(remote, 'pushed-tags'), 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.flatMap(line => /^(?!0+ )[0-9a-f]+ refs\/tags\/(.+)$/.exec(line)?.[1] ?? [])
}
