import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readAt } from '../../../../scripts/git/io/files.ts'
import { openGit } from '../../../../scripts/git/io/git.ts'
import type { CommitSha } from '../../../../scripts/names/commit.ts'
import { makeWorld } from '../../../support/world.ts'

/** A clone without old files, and the commits in which a file and another had each content. */
async function makeBlobless() {
  const world = await makeWorld({ onFinished: onTestFinished })
  const commits: CommitSha[] = []
  for (const text of ['1', '2', '3'])
    commits.push((await world.commit({ 'notes.txt': text, 'a [b]/*.txt': `${text}!` }, text)) as CommitSha)
  await world.git(['push', '--quiet', 'origin', 'HEAD:main'])
  await world.git(['config', 'uploadpack.allowFilter', 'true'], world.remote)
  const clone = join(world.folder, 'blobless')
  const from = ['--filter=blob:none', `file://${world.remote}`]
  await world.git(['clone', '--quiet', ...from, clone], world.folder)
  const trace = join(world.folder, 'trace')
  const git = await openGit(clone, { ...world.env, GIT_TRACE: trace })
  const count = async (command: string) =>
    (await readFile(trace, 'utf8')).split(`built-in: git ${command} `).length - 1
  return { git, commits, fetches: () => count('fetch'), reads: () => count('cat-file'), world }
}

it('files that a partial clone left out are fetched at once, and once, before they are read', async () => {
  const { git, commits, fetches, reads } = await makeBlobless()
  const read = () =>
    Promise.all(
      commits.flatMap(commit =>
        ['notes.txt', 'a [b]/*.txt', 'no such file'].map(path => readAt(git, commit, path)),
      ),
    )
  const expected = ['1', '1!', undefined, '2', '2!', undefined, '3', '3!', undefined]
  expect(await read()).toEqual(expected)
  expect([await fetches(), await reads()]).toEqual([1, 1])
  expect(await read()).toEqual(expected)
  expect(await fetches()).toBe(1)
})

it('without the remote, a file that a partial clone left out is an error that names the remote', async () => {
  const { git, commits, world } = await makeBlobless()
  await world.git(['remote', 'set-url', 'origin', 'http://127.0.0.1:9/shop.git'], git.root)
  const [oldest] = commits as [CommitSha]
  const [newest] = commits.slice(-1) as [CommitSha]
  await expect(readAt(git, oldest, 'notes.txt')).rejects.toMatchObject({
    message: 'the remote origin cannot be fetched from',
  })
  expect(await readAt(git, newest, 'notes.txt')).toBe('3')
})

it('a file is fetched of a commit that did not change it', async () => {
  const { git, commits, fetches, world } = await makeBlobless()
  const [first] = commits as [CommitSha]
  await world.git(['checkout', '--quiet', '-b', 'hotfix/1', first])
  const other = (await world.commit({ 'another.txt': '4' }, 'another')) as CommitSha
  await world.git(['push', '--quiet', 'origin', 'hotfix/1'])
  await git.run(['fetch', '--quiet', 'origin', 'hotfix/1'])
  const before = await fetches()
  expect(await readAt(git, other, 'notes.txt')).toBe('1')
  expect(await fetches()).toBe(before + 1)
})

it('what is here is read without the remote, beside what is not', async () => {
  const { git, commits, world } = await makeBlobless()
  const [oldest] = commits as [CommitSha]
  const [newest] = commits.slice(-1) as [CommitSha]
  await readAt(git, oldest, 'notes.txt')
  await world.git(['remote', 'set-url', 'origin', 'http://127.0.0.1:9/shop.git'], git.root)
  const again = await openGit(git.root, world.env)
  const both = [readAt(again, oldest, 'notes.txt'), readAt(again, newest, 'a [b]/*.txt')]
  expect(await Promise.all(both)).toEqual(['1', '3!'])
})
