import { chmod, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { canAccess } from '../../../../scripts/base/io/can-access.ts'

it('says whether something is there, and whether it can be run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-access-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'file')
  expect(await canAccess(file)).toBe(false)
  await writeFile(file, '')
  expect(await canAccess(file)).toBe(true)
  expect(await canAccess(folder)).toBe(true)
  expect(await canAccess(join(file, 'below'))).toBe(false)
  expect(await canAccess(file, constants.X_OK)).toBe(false)
  await chmod(file, 0o755)
  expect(await canAccess(file, constants.X_OK)).toBe(true)
})
