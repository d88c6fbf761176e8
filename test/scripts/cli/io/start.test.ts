import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'

const home = mkdtempSync(join(tmpdir(), 'waybill-start-'))
afterAll(() => rmSync(home, { recursive: true }))

const link = join(home, 'link')
symlinkSync(projectRoot, link)

function node(...args: string[]) {
  return run(process.execPath, args, { cwd: projectRoot, env: bareEnvironment(home) })
}

it.each([
  ['through a link', [join(link, 'scripts', 'trace.ts')]],
  [
    'through a link that Node does not resolve',
    ['--preserve-symlinks-main', join(link, 'scripts', 'trace.ts')],
  ],
])('a command started %s runs', async (_, args) => {
  const { code, stdout } = await node(...args, '--version')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^waybill /)])
})

it('a module that imports a command does not start it, whatever words the process got', async () => {
  const url = pathToFileURL(join(projectRoot, 'scripts', 'trace.ts')).href
  const source = `const { trace } = await import('${url}'); console.log(trace.name)`
  for (const args of [[], ['TAG=x'], ['--', 'no/such/file']]) {
    const outcome = await node('--input-type=module', '-e', source, ...args)
    expect(outcome).toEqual({ code: 0, stdout: 'trace\n', stderr: '' })
  }
})
