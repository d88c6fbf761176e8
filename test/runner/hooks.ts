import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Push } from './triggers.ts'

/** The tokens that jobs push with. People have none. */
export const tokens = { github: 'runner-github-token', app: 'runner-app-token' } as const

// Acts like a GitHub ruleset on `*-v*` with "restrict updates" and "restrict deletions".
const preReceive = `#!/bin/sh
while read -r old new ref; do
  case "$ref:$old" in
    refs/tags/*-v*:*[!0]*) echo "the tag ruleset forbids to change or delete $ref" >&2; exit 1 ;;
  esac
done
`

// Only reports the push to the runner: a job inside the hook would block the push and inherit the hook's GIT_DIR. The
// rename makes the file appear with all of its content.
const postReceive = `#!/bin/sh
file=$(mktemp "$GIT_DIR/pushes/.XXXXXXXX")
{ echo "by \${GH_TOKEN:-person}"; cat; } >"$file"
mv "$file" "$GIT_DIR/pushes/$(date +%s%N)-$$"
`

/** Installs hooks in a bare repository that stand in for the tag ruleset and the events of a git server. */
export async function installHooks(remote: string): Promise<void> {
  await mkdir(join(remote, 'hooks'), { recursive: true })
  await mkdir(join(remote, 'pushes'), { recursive: true })
  for (const [name, text] of [
    ['pre-receive', preReceive],
    ['post-receive', postReceive],
  ] as const) {
    await writeFile(join(remote, 'hooks', name), text)
    await chmod(join(remote, 'hooks', name), 0o755)
  }
}

/** Takes the pushes since the last call, in order. */
export async function takePushes(remote: string): Promise<Push[]> {
  const folder = join(remote, 'pushes')
  const names = (await readdir(folder)).filter(name => !name.startsWith('.')).sort()
  return await Promise.all(
    names.map(async name => {
      const text = await readFile(join(folder, name), 'utf8')
      await rm(join(folder, name))
      return parsePush(text)
    }),
  )
}

function parsePush(text: string): Push {
  const [first = '', ...lines] = text.split('\n').filter(Boolean)
  const token = first.slice('by '.length)
  const changes = lines.map(line => {
    const [before = '', after = '', ...rest] = line.split(' ')
    return { before, after, ref: rest.join(' ') }
  })
  const by = token === tokens.github ? 'github-token' : token === tokens.app ? 'app' : 'person'
  return { by, changes }
}
