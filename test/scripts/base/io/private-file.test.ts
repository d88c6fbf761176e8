import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writePrivate } from '../../../../scripts/base/io/private-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-private-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const secret = Buffer.from('secret')
const at = (name: string) => join(folder, name)

it('a file is for its owner only, also in place of one that others may read, or read already', async () => {
  await writeFile(at('there'), 'old', { mode: 0o666 })
  await chmod(at('there'), 0o666)
  for (const name of ['new', 'there']) {
    await writePrivate(at(name), secret)
    expect((await stat(at(name))).mode & 0o777).toBe(0o600)
    expect(await readFile(at(name), 'utf8')).toBe('secret')
  }
  expect((await readdir(folder)).toSorted()).toEqual(['new', 'there'])
})

it('a link is refused, dangling or not, and what it points to is left alone', async () => {
  await writeFile(at('target'), 'old')
  await symlink(at('target'), at('link'))
  await symlink(at('nothing'), at('dangling'))
  for (const name of ['link', 'dangling']) {
    await expect(writePrivate(at(name), secret)).rejects.toThrow(`${name} is a link`)
    expect((await lstat(at(name))).isSymbolicLink()).toBe(true)
  }
  expect(await readFile(at('target'), 'utf8')).toBe('old')
})

it('a folder and a device are refused, and nothing is left behind', async () => {
  await mkdir(at('folder'))
  await expect(writePrivate(at('folder'), secret)).rejects.toThrow('folder is not a file')
  await expect(writePrivate('/dev/null', secret)).rejects.toThrow('/dev/null is not a file')
  await expect(writePrivate(at('none/x'), secret)).rejects.toThrow('ENOENT')
  expect(await readdir(folder)).toEqual(['folder'])
})
