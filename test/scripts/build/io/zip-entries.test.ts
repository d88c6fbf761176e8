import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findZipEntries, readZipEntry } from '../../../../scripts/build/io/zip-entries.ts'
import { zipFolder } from '../../../../scripts/build/io/zip-folder.ts'
import { everyCase } from '../../../support/sample.ts'
import { listZip } from '../../../support/zip-listing.ts'
import { userError } from '../../samples.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-zip-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const changes: [string, (file: string) => Promise<unknown>][] = [
  ['grew', file => writeFile(file, 'longer than before')],
  ['was written again, with as many bytes', file => writeFile(file, 'after!')],
  ['is gone', file => rm(file)],
  [
    'became a link',
    async file => {
      await rm(file)
      await symlink('/etc/hostname', file)
    },
  ],
  [
    'became a folder',
    async file => {
      await rm(file)
      await mkdir(file)
    },
  ],
]

it.each(changes)('a file that %s since it was found is refused by name', async (_, change) => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'x.js'), 'before')
  const found = findZipEntries(folder) ?? []
  await change(join(folder, 'x.js'))
  const error = userError(() => found.map(one => readZipEntry(folder, one).bytes))
  expect(error).toMatchObject({ code: 'build-output', ending: 'badInput' })
  expect(error.message).toBe('"x.js" in the build\'s output changed while it was read')
  await expect(zipFolder({ folder, found })).rejects.toMatchObject({
    message: error.message,
    code: error.code,
  })
})

it.runIf(everyCase)('65,535 small files: a correct zip, in under 10 s of CPU', async () => {
  const folder = await temporaryFolder()
  const names = Array.from({ length: 65_535 }, (_, index) => `${index % 500}/${index}.js`)
  for (let index = 0; index < 500; index++) await mkdir(join(folder, `${index}`))
  for (let index = 0; index < names.length; index += 500) {
    const some = names.slice(index, index + 500)
    await Promise.all(some.map(name => writeFile(join(folder, name), `export const name = '${name}'\n`)))
  }
  const begin = process.cpuUsage()
  const zip = await zipFolder({ folder, found: findZipEntries(folder) ?? [] })
  const { user, system } = process.cpuUsage(begin)
  const listed = Object.entries(listZip(zip))
  expect(listed).toHaveLength(names.length)
  for (const [name, { text }] of listed)
    if (text !== `export const name = '${name}'\n`) expect(text).toBe(name)
  expect((user + system) / 1e6).toBeLessThan(10)
})

it('the zip of a folder is whole', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'x.js'), 'x')
  const found = findZipEntries(folder) ?? []
  expect(listZip(await zipFolder({ folder, found }))).toEqual({ 'x.js': { mode: '100644', text: 'x' } })
})
