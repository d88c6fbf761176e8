import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../../../scripts/base/user-error.ts'
import { applyPlan, type Stack } from '../../../../scripts/terraform/io/stack.ts'
import { openTerraform, type Terraform } from '../../../../scripts/terraform/io/terraform.ts'
import { bareEnvironment } from '../../../support/run.ts'
import { writeFiles } from '../../../support/world.ts'

/*
 * A terraform whose apply cannot write the state to the bucket, as the real one does: it leaves errored.tfstate in its
 * folder. The real program does so in test/scripts/deploy/io/interrupted.test.ts, which takes longer.
 */

const diagnostic = (summary: string) =>
  JSON.stringify({
    '@level': 'error',
    '@message': summary,
    type: 'diagnostic',
    diagnostic: { severity: 'error', summary, detail: 'AccessDenied' },
  })

type Stand = { root: string; stack: Stack; terraform: Terraform; pushed: string }

async function stand({ leaves, pushEnds }: { leaves: boolean; pushEnds: number }): Promise<Stand> {
  const root = await mkdtemp(join(tmpdir(), 'waybill-rescue-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const folder = join(root, 'cdktf.out', 'run-1', 'stacks', 'service-b-staging')
  const pushed = join(root, 'pushed')
  await mkdir(folder, { recursive: true })
  const program = `#!/bin/sh
folder="\${1#-chdir=}"
case "$*" in
  "version -json") echo '{"terraform_version": "1.11.0"}' ;;
  *" apply "*)
    ${leaves ? `echo '{"serial": 7}' >"$folder/errored.tfstate"` : ':'}
    echo '${diagnostic('Failed to save state')}'
    exit 1 ;;
  *" state push "*) cp "$4" '${pushed}'; echo 'AccessDenied' >&2; exit ${pushEnds} ;;
esac
`
  await writeFiles(join(root, 'bin'), { terraform: program })
  const environment = bareEnvironment(root)
  const { signal } = new AbortController()
  const terraform = await openTerraform(
    { ...environment, PATH: `${join(root, 'bin')}:${environment.PATH}` },
    { lockTimeoutMs: 0, pathStyle: false, signal },
  )
  const stack: Stack = {
    title: 'service-b in staging',
    folder,
    root,
    state: 's3://states/staging/service-b.tfstate',
    command: 'make deploy ENV=staging SERVICE=service-b',
  }
  await writeFile(join(folder, 'terraform.tfplan'), '')
  return { root, stack, terraform, pushed }
}

async function keptStates({ root }: Stand): Promise<string[]> {
  return (await readdir(join(root, 'cdktf.out'))).filter(name => name.endsWith('.tfstate'))
}

async function failure({ terraform, stack }: Stand): Promise<UserError> {
  const error = await applyPlan(terraform, stack).catch((error: unknown) => error)
  if (error instanceof UserError) return error
  throw error
}

it('a state that Terraform could not write is written again', async () => {
  const one = await stand({ leaves: true, pushEnds: 0 })
  expect(await failure(one)).toMatchObject({
    code: 'state-rescued',
    ending: 'cloud',
    cause: expect.stringContaining('AccessDenied'),
    remedy: 'Nothing is lost: run this again.',
  })
  expect(await readFile(one.pushed, 'utf8')).toBe('{"serial": 7}\n')
  expect(await keptStates(one)).toEqual([])
})

it('a state that cannot be written again is kept for its owner alone, and the message says where and what to do', async () => {
  const one = await stand({ leaves: true, pushEnds: 1 })
  const { code, ending, remedy } = await failure(one)
  expect({ code, ending }).toEqual({ code: 'state-unsaved', ending: 'badInput' })
  const [, kept = ''] = /The new state is kept in (\S+\.tfstate)\./.exec(remedy) ?? []
  expect(await readFile(kept, 'utf8')).toBe('{"serial": 7}\n')
  expect((await stat(kept)).mode & 0o777).toBe(0o600)
  expect(await keptStates(one)).toHaveLength(1)
  expect(remedy).toContain(`terraform -chdir=cdktf.out/stacks/service-b-staging state push ${kept}`)
})

it('a failed apply that left no state is reported as it is, and nothing is written', async () => {
  const one = await stand({ leaves: false, pushEnds: 0 })
  const { code, message, remedy } = await failure(one)
  expect(code).toBe('state-unsaved')
  expect(remedy).not.toContain('is kept in')
  expect(message).toContain('service-b in staging')
  await expect(readFile(one.pushed)).rejects.toThrow('ENOENT')
})
