import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { commands } from '../../../../scripts/reference/io/commands.ts'
import { schemas } from '../../../../scripts/schemas.ts'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'

/*
 * What a command loads before it works, which no clock can tell reliably: a schema, a client or a part of Node too many
 * makes each start slower, and each refusal at a prompt.
 */

const home = mkdtempSync(join(tmpdir(), 'waybill-loads-'))
afterAll(() => rmSync(home, { recursive: true }))

const counter = join(home, 'counter.mjs')
const counted = join(home, 'loaded')
writeFileSync(
  counter,
  `import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
process.on('exit', () => writeFileSync(${JSON.stringify(counted)}, loaded.join('\\n')))
`,
)

/** The modules that a program loads: files from the root of the repository, and the modules of Node. */
async function loads(...args: readonly string[]) {
  const { code, stdout } = await run(process.execPath, ['--import', pathToFileURL(counter).href, ...args], {
    cwd: home,
    env: bareEnvironment(home),
  })
  const urls = readFileSync(counted, 'utf8').split('\n')
  return { code, stdout, modules: urls.map(url => url.replace(root, '')) }
}

const root = pathToFileURL(`${projectRoot}/`).href
const command = (name: string) => join(projectRoot, 'scripts', `${name}.ts`)
const cheap = /^(node:(fs|module|path|util|timers\/promises)|scripts\/([a-z]+\.ts$|(base|cli|names)\/))/

it.each([
  ['help', ['deploy', '--help'], 0, 16],
  ['the refusal of a word', ['rollback', 'SERVCE=a'], 2, 32],
  ['the refusal of a value', ['release', 'SERVICE=A_B', 'VERSION=x'], 2, 40],
  ['the refusal of what is missing', ['release', 'VERSION=patch'], 2, 40],
])(
  '%s loads no schema, no package and nothing of the work',
  async (_, [name = '', ...words], exitCode, most) => {
    const { code, modules } = await loads(command(name), ...words)
    expect(code).toBe(exitCode)
    expect(modules.filter(module => !cheap.test(module))).toEqual([])
    expect(modules.length).toBeLessThanOrEqual(most)
  },
)

it('no command loads more than that before the values of its options are accepted', async () => {
  const code = `
    const { commands } = await import('${root}scripts/reference/io/commands.ts')
    const { schemas } = await import('${root}scripts/schemas.ts')
    const { execute } = await import('${root}scripts/cli/execute.ts')
    const { printPage } = await import('${root}scripts/cli/pages.ts')
    const nowhere = { write() {} }
    const host = { environment: {}, folder: '/', stdout: nowhere, stderr: nowhere, atOnce: new AbortController().signal }
    const ends = []
    for (const command of [...commands, schemas]) {
      await printPage(command, { ...host, arguments: ['--help'] })
      const given = Object.keys(command.options).map(name => name + '=-')
      for (const words of [['DRY_RUN=maybe'], [...given, 'DRY_RUN=maybe']])
        ends.push(command.name, await execute(command, { ...host, arguments: words }))
    }
    console.log(JSON.stringify(ends))`
  const { stdout, modules } = await loads('--input-type=module', '-e', code)
  expect(JSON.parse(stdout)).toEqual([...commands, schemas].flatMap(({ name }) => [name, 2, name, 2]))
  const own = /^scripts\/reference\/io\/commands\.ts$|^data:|\[eval\d*\]/
  expect(modules.filter(module => !cheap.test(module) && !own.test(module))).toEqual([])
})

it('before the compile cache is on, a command loads three small files', async () => {
  const { modules } = await loads(command('promote'), '--version')
  const start = modules.slice(0, modules.indexOf('scripts/cli/io/process.ts'))
  const own = start.filter(module => !module.startsWith('node:'))
  expect(own).toHaveLength(3)
  for (const path of own)
    expect(readFileSync(join(projectRoot, path), 'utf8').length).toBeLessThanOrEqual(5000)
})
