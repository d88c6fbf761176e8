import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { terraformErrors } from '../../../../scripts/terraform/errors.ts'
import { applyPlan, type Stack } from '../../../../scripts/terraform/io/stack.ts'
import type { Terraform } from '../../../../scripts/terraform/io/terraform.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'waybill-rescue-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A Terraform whose apply leaves a state that it could not upload, for all to read as it does by itself. */
function failing(canPush: boolean): Terraform {
  const cannotUpload = () => new UserError(terraformErrors['terraform-failed'], 'cannot upload the state')
  return {
    version: '1.11.4',
    pathStyle: false,
    lockTimeout: '0s',
    pluginCache: '',
    spentMs: () => 0,
    async run(folder) {
      await writeFile(join(folder, 'errored.tfstate'), '{"password":"secret"}', { mode: 0o644 })
      throw cannotUpload()
    },
    async read() {
      if (!canPush) throw cannotUpload()
      return ''
    },
  }
}

async function stackIn(folder: string): Promise<Stack> {
  await mkdir(folder, { recursive: true })
  return { title: 'a in staging', folder, root, state: 's3://b/staging/a.tfstate', command: 'make deploy' }
}

it('a state that could not be uploaded is kept where only its owner can read it', async () => {
  const stack = await stackIn(join(root, 'cdktf.out', 'run-1', 'stacks', 'a-staging'))
  const error = await applyPlan(failing(false), stack).catch(one => one)
  expect(error).toMatchObject({ code: 'state-rescued', remedy: expect.stringContaining('is kept in') })
  const [name = ''] = (await readdir(join(root, 'cdktf.out'))).filter(one => one.endsWith('.tfstate'))
  expect(error.remedy).toContain(name)
  const kept = join(root, 'cdktf.out', name)
  expect(await readFile(kept, 'utf8')).toContain('secret')
  expect((await stat(kept)).mode & 0o777).toBe(0o600)
})

it('one that the second attempt writes is not kept', async () => {
  const stack = await stackIn(join(root, 'cdktf.out', 'run-1', 'stacks', 'a-staging'))
  const error = await applyPlan(failing(true), stack).catch(one => one)
  expect(error).toMatchObject({ code: 'state-rescued', remedy: expect.stringContaining('nothing is lost') })
  expect(await readdir(join(root, 'cdktf.out'))).toEqual(['run-1'])
})
