import { explainRemote, remoteName } from './explain-remote.ts'
import { type Git, GitFailure } from './git.ts'

/** Whether git failed for want of an object that a partial clone left out, and that it was not let fetch. */
export function wantsLeftOut(error: unknown): boolean {
  return error instanceof GitFailure && error.said.includes('from promisor remote')
}

/** Fetches the files that a partial clone left out, of revisions such as `<commit>:<path>`, all at once. */
export async function fetchLeftOut(git: Git, revisions: readonly string[]): Promise<void> {
  const named = revisions.flatMap(revision => {
    const [, commit, path] = /^([^:]+):(.+)$/s.exec(revision) ?? []
    return commit === undefined ? [] : [{ commit, path: `:(top,literal)${path}` }]
  })
  const commits = new Set(named.map(({ commit }) => commit))
  const paths = new Set(named.map(({ path }) => path))
  if (commits.size === 0) return
  const options = [
    '--objects',
    '--no-object-names',
    '--no-walk=unsorted',
    // Also of the commits that changed none of the paths.
    '--sparse',
    '--missing=print',
    '--ignore-missing',
  ]
  const listed = await git.run(['rev-list', ...options, '--stdin'], {
    input: lines([...commits, '--', ...paths]),
  })
  const leftOut = [...listed.matchAll(/^\?([0-9a-f]{40})$/gm)].map(([, id = '']) => id)
  if (leftOut.length === 0) return
  // As git itself fetches them: without telling the remote of all that is here.
  const quietly = ['-c', 'fetch.negotiationAlgorithm=noop']
  const fetching = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--stdin']
  await git.run([...quietly, 'fetch', ...fetching, remoteName], { input: lines(leftOut) }).catch(error => {
    throw explainRemote(error, 'cannot be fetched from')
  })
}

function lines(all: readonly string[]): string {
  return all.map(one => `${one}\n`).join('')
}
