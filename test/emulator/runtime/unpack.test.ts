import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { functionZip } from '../sample-zip.ts'
import { unpack } from './unpack.ts'

let parent: string
let folder: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  folder = join(parent, 'root')
})

const cleanUp = () => onTestFinished(() => rm(parent, { recursive: true, force: true }))

type Entry = Partial<Header> & { name: string; text?: string }

async function layer(...entries: Entry[]): Promise<Buffer> {
  const tar = pack()
  const whole = buffer(tar)
  for (const { text = '', ...header } of entries) tar.entry(header, text)
  tar.finalize()
  return await whole
}

async function image(...layers: Buffer[]): Promise<void> {
  cleanUp()
  await unpack({ kind: 'image', config: Buffer.from('{}'), layers }, folder)
}

const read = (path: string) => readFile(join(folder, path), 'utf8')

it('puts layers over each other, compressed or not', async () => {
  const lower = await layer({ name: 'a', text: '1' }, { name: 'b', text: '1' }, { name: 'c/d', text: '1' })
  const upper = await layer(
    { name: 'a', text: '2' },
    { name: '.wh.b' },
    { name: 'c/.wh.d' },
    { name: 'c/e', text: '2' },
  )
  await image(gzipSync(lower), upper)
  expect([await read('a'), (await readdir(folder)).toSorted(), await readdir(join(folder, 'c'))]).toEqual([
    '2',
    ['a', 'c'],
    ['e'],
  ])
})

it('keeps links inside the image, and programs that may be run', async () => {
  const links: Entry[] = [
    { name: 'opt/run', text: 'program', mode: 0o755 },
    { name: 'absolute', type: 'symlink', linkname: '/opt/run' },
    { name: 'opt/relative', type: 'symlink', linkname: 'run' },
    { name: 'hard', type: 'link', linkname: 'opt/run' },
  ]
  await image(await layer(...links), await layer({ name: 'absolute', text: 'a file now' }))
  expect([await read('absolute'), await read('opt/run')]).toEqual(['a file now', 'program'])
  expect([await read('opt/relative'), await read('hard')]).toEqual(['program', 'program'])
  expect((await stat(join(folder, 'opt/run'))).mode & 0o777).toBe(0o755)
})

it('writes nothing outside of its folder', async () => {
  await image(await layer({ name: '../../escaped', text: 'a' }))
  await unpack({ kind: 'zip', bytes: functionZip({ '../slipped.js': 'a', 'deep/file.js': 'b' }) }, folder)
  expect([await readdir(parent), (await readdir(folder)).toSorted()]).toEqual([
    ['root'],
    ['deep', 'escaped', 'slipped.js'],
  ])
})
