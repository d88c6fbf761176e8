import { spawn } from 'node:child_process'

/** A file of a modelled commit: its mode and what it holds; a submodule's commit for mode 160000. */
export type ModelFile = { mode: '100644' | '100755' | '120000' | '160000'; content: string }

/** A modelled commit: its parents by their place in the list, and its whole tree. */
export type ModelCommit = { parents: number[]; tree: ReadonlyMap<string, ModelFile> }

/** Writes modelled commits into a repository, the last one as `main`. */
export async function writeHistory(
  folder: string,
  env: Record<string, string>,
  commits: readonly ModelCommit[],
): Promise<void> {
  const child = spawn('git', ['fast-import', '--quiet', '--force'], { cwd: folder, env, stdio: 'pipe' })
  const said: Buffer[] = []
  child.stderr.on('data', data => said.push(data))
  child.stdin.end(commits.map(printCommit).join(''))
  const code = await new Promise(resolve => child.on('close', resolve))
  if (code !== 0) throw new Error(`git fast-import: ${Buffer.concat(said)}`)
}

function printCommit({ parents, tree }: ModelCommit, index: number): string {
  const [first, ...others] = parents
  const message = `commit ${index}`
  const lines = [
    `commit refs/heads/main\nmark :${index + 1}`,
    `committer Test <test@example.com> ${1_700_000_000 + index} +0000\n${printData(message)}`,
    ...(first === undefined ? [] : [`from :${first + 1}`]),
    ...others.map(other => `merge :${other + 1}`),
    'deleteall',
    ...[...tree].map(([path, file]) => printFile(path, file)),
  ]
  return `${first === undefined ? 'reset refs/heads/main\n' : ''}${lines.join('\n')}\n\n`
}

function printFile(path: string, { mode, content }: ModelFile): string {
  // JSON's escapes are among those of C, which git reads.
  const name = JSON.stringify(path)
  return mode === '160000'
    ? `M ${mode} ${content} ${name}`
    : `M ${mode} inline ${name}\n${printData(content)}`
}

function printData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}
