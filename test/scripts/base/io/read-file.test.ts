import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entriesOf, readRegularFile, readTextFileIfAny } from '../../../../scripts/base/io/read-file.ts'
import { bareEnvironment, run } from '../../../support/run.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-read-'))
  await writeFile(join(folder, 'text'), 'hello')
  await symlink('/dev/zero', join(folder, 'link'))
  await run('mkfifo', ['pipe'], { cwd: folder, env: bareEnvironment(folder) })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('reads a file up to its maximum size', async () => {
  expect(String(await readRegularFile(join(folder, 'text'), 5))).toBe('hello')
  await expect(readRegularFile(join(folder, 'text'), 4)).rejects.toMatchObject({ code: 'file-unreadable' })
})

it.each(['/dev/zero', '/dev/null', 'link', 'pipe'])('does not wait for the end of %s', async name => {
  const path = name.startsWith('/') ? name : join(folder, name)
  await expect(readRegularFile(path, 1024)).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('is not a regular file'),
  })
})

it('stops reading a file that is larger than the system says', async () => {
  // The system gives no size for such a file.
  await expect(readRegularFile('/proc/self/status', 10)).rejects.toMatchObject({ code: 'file-unreadable' })
})

it('only what does not exist is not there', async () => {
  expect(await readTextFileIfAny(join(folder, 'none'))).toBeUndefined()
  expect(await readTextFileIfAny(join(folder, 'text', 'none'))).toBeUndefined()
  expect(await entriesOf(join(folder, 'none'))).toEqual([])
  await expect(readTextFileIfAny(folder)).rejects.toMatchObject({ code: 'EISDIR' })
})
