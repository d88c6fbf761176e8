import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openTerraform } from '../../../../scripts/terraform/io/terraform.ts'
import { bareEnvironment } from '../../../support/run.ts'

const program = `#!/bin/sh
echo "$* GOGC=$GOGC GOMEMLIMIT=$GOMEMLIMIT" >>"$HOME/calls"
[ "$1" != version ] || echo '{"terraform_version": "1.11.4"}'
`

/** What a terraform that does nothing is called with. */
async function calls(more: Record<string, string> = {}): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-terraform-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await writeFile(join(home, 'terraform'), program)
  await chmod(join(home, 'terraform'), 0o755)
  const { PATH, ...env } = bareEnvironment(home)
  const signal = new AbortController().signal
  const terraform = await openTerraform(
    { ...env, PATH: `${home}:${PATH}`, ...more },
    { lockTimeoutMs: 0, pathStyle: false, signal },
  )
  for (const command of ['init', 'plan'])
    await terraform.run(home, [command], { doing: 'try', inspectLock: '', unlock: () => '' })
  const text = await readFile(join(home, 'calls'), 'utf8')
  return text.replaceAll(`-chdir=${home} `, '').trimEnd().split('\n')
}

it('collects its garbage late, but not where it starts providers', async () => {
  expect(await calls()).toEqual([
    'version -json GOGC=off GOMEMLIMIT=256MiB',
    'init -json GOGC=off GOMEMLIMIT=256MiB',
    'plan -json GOGC= GOMEMLIMIT=',
  ])
})

it('collects it as its user says', async () => {
  expect(await calls({ GOGC: '50', GOMEMLIMIT: '1GiB' })).toEqual(
    ['version', 'init', 'plan'].map(command => `${command} -json GOGC=50 GOMEMLIMIT=1GiB`),
  )
})
