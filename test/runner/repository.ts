import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Setting } from './context.ts'
import { readWorkflow, type Workflow } from './workflow.ts'

const folder = '.github/workflows/'

/** Reads the workflows of a commit. */
export async function workflowsAt({ remote }: Setting, commit: string): Promise<Workflow[]> {
  const listed = await git(remote, 'ls-tree', '-r', '--name-only', commit, '--', folder)
  const paths = listed.split('\n').filter(path => /\.ya?ml$/.test(path))
  return await Promise.all(
    paths.map(async path => await readWorkflow(path, await git(remote, 'show', `${commit}:${path}`))),
  )
}

/** Finds a reusable workflow by its `uses`: one in the repository itself, at a branch. */
export async function findReusable({ remote, repository }: Setting, uses: string): Promise<Workflow> {
  const [, owner, path = '', ref = ''] =
    /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^@]+)@(.+)$/.exec(uses) ?? []
  if (owner !== repository) throw new Error(`${uses} is not a workflow of ${repository}`)
  const commit = await git(remote, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`)
  return await readWorkflow(path, await git(remote, 'show', `${commit}:${path}`))
}

const runFile = promisify(execFile)

/** Runs git in the bare repository, isolated from hooks and user settings, and returns its trimmed output. */
export async function git(remote: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', GIT_CONFIG_NOSYSTEM: '1', HOME: remote, LC_ALL: 'C' }
  const { stdout } = await runFile('git', ['-c', 'safe.directory=*', `--git-dir=${remote}`, ...args], { env })
  return stdout.trim()
}
