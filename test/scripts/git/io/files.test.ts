import { expect, it } from 'vitest'
import { readAt } from '../../../../scripts/git/io/files.ts'
import { openGit } from '../../../../scripts/git/io/git.ts'
import { requireCommit } from '../../../../scripts/git/io/revisions.ts'
import { makeWorld } from '../../../support/world.ts'

it('a file of a commit is read up to a size that no file of Waybill has', async () => {
  const world = await makeWorld({
    files: { 'a.json': '{}', 'b.json': ' '.repeat(17 * 1024 ** 2), 'c/d.json': '{}' },
    repositories: [],
  })
  const git = await openGit(world.clone, world.env)
  const head = await requireCommit(git, 'HEAD')
  expect(await readAt(git, head, 'a.json')).toBe('{}')
  expect(await readAt(git, head, 'c')).toBeUndefined()
  expect(await readAt(git, head, 'none.json')).toBeUndefined()
  await expect(readAt(git, head, 'b.json')).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringMatching(/^"b\.json" at [0-9a-f]{10} is larger than 16 MB$/),
  })
})
