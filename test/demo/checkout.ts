import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { regionalArn } from '../../scripts/aws/arn.ts'
import { type Environments, mainBranch, parseEnvironments } from '../../scripts/catalogue/environments.ts'
import type { CommitSha } from '../../scripts/names/commit.ts'
import { projectRoot } from '../support/run.ts'
import { DemoFailed } from './demo-failed.ts'
import { cloneRemote, type Workspace } from './workspace.ts'

/** What the clone was made from. */
export type Origin = {
  /** The last commit of the clone's history: the checkout's HEAD, or a root commit of its files. */
  readonly commit: CommitSha
  /** The release branch: the clone has its history there, whatever branch the checkout is on. */
  readonly branch: string
  readonly environments: Environments
  /** The repository as its workflows call it: `owner/name`. */
  readonly repository: string
  readonly wholeHistory: boolean
  /** Number of files in the checkout that differ from HEAD. */
  readonly uncommitted: number
}

/** Makes the bare remote from this checkout's HEAD and clones it. The checkout is only read. */
export async function cloneCheckout(workspace: Workspace): Promise<Origin> {
  const { git, folder, remote, clone } = workspace
  const found = await inspectCheckout(workspace)
  const seed = join(folder, 'seed.git')
  await git(['init', '--quiet', '--bare', seed], folder)
  // The checkout's objects without its refs, grafts and configuration, and without a copy.
  await writeFile(join(seed, 'objects', 'info', 'alternates'), `${found.objects}\n`)
  const commit = found.wholeHistory
    ? found.head
    : await git(['commit-tree', '-m', 'Begin with the files of a shallow checkout', found.tree], seed)
  const branch = mainBranch(found.environments)
  await git(['init', '--quiet', '--bare', remote], folder)
  await git(['symbolic-ref', 'HEAD', `refs/heads/${branch}`], remote)
  await git(['push', '--quiet', remote, `${commit}:refs/heads/${branch}`], seed)
  await rm(seed, { recursive: true })
  await cloneRemote(workspace, clone)
  return {
    ...found,
    ...(await adopt(workspace, found.environments)),
    branch,
    commit: commit as CommitSha,
  }
}

const environmentsFile = 'cdktf/environments.json'
/** The topic that ends in production are published to. */
export const topicName = 'deploys'
// The name in this repository's own workflows, until somebody adopts them.
const placeholder = 'acme/waybill'

/**
 * Does as anyone who adopts Waybill: names the repository whose jobs may take roles, unless it is named already, and the
 * guardian of production with the topic of its notices.
 */
async function adopt(
  { clone, git }: Workspace,
  { github = { repository: placeholder }, environments: { prod } }: Environments,
): Promise<Pick<Origin, 'repository' | 'environments'>> {
  const file = join(clone, environmentsFile)
  const json = JSON.parse(await readFile(file, 'utf8'))
  const topic = prod && regionalArn('sns', prod, topicName)
  Object.assign(json, { github })
  if (topic !== undefined) Object.assign(json.environments.prod, { guardian: {}, notices: { topic } })
  const text = `${JSON.stringify(json, null, 2)}\n`
  await writeFile(file, text)
  await git(['commit', '--quiet', '--all', '--message', `Set up ${github.repository}, and guard production`])
  await git(['push', '--quiet'])
  const environments = parseEnvironments(text, { name: environmentsFile, remedy: 'Correct it.' })
  return { repository: github.repository, environments }
}

async function inspectCheckout({ git }: Workspace) {
  const read = (...args: string[]) => git(['--no-optional-locks', ...args], projectRoot)
  const prefix = await read('rev-parse', '--show-prefix').catch(error => {
    throw notAClone(error instanceof DemoFailed ? error.output : String(error))
  })
  if (prefix !== '') throw notAClone('it is a folder inside another repository')
  const [head, tree, shallow, objects, status, environments] = await Promise.all([
    read('rev-parse', '--verify', 'HEAD^{commit}'),
    read('rev-parse', '--verify', 'HEAD^{tree}'),
    read('rev-parse', '--is-shallow-repository'),
    read('rev-parse', '--git-path', 'objects'),
    read('status', '--porcelain', '-z', '--no-renames'),
    read('show', `HEAD:${environmentsFile}`),
  ])
  return {
    head,
    tree,
    wholeHistory: shallow === 'false',
    objects: resolve(projectRoot, objects),
    environments: parseEnvironments(environments, {
      name: environmentsFile,
      remedy: 'Correct and commit it.',
    }),
    uncommitted: status.split('\0').filter(Boolean).length,
  }
}

function notAClone(said: string): Error {
  return new DemoFailed(`the demo clones its own repository, and ${projectRoot} is not a git clone`, said)
}
