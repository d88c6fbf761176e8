import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
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

/** The modules that a command loads: files from the root of the repository, and the modules of Node. */
async function loads(command: string, words: readonly string[]) {
  const hooks = ['--import', pathToFileURL(counter).href]
  const file = join(projectRoot, 'scripts', `${command}.ts`)
  const { code } = await run(process.execPath, [...hooks, file, ...words], {
    cwd: home,
    env: bareEnvironment(home),
  })
  const root = pathToFileURL(`${projectRoot}/`).href
  return {
    code,
    modules: readFileSync(counted, 'utf8')
      .split('\n')
      .map(url => url.replace(root, '')),
  }
}

const cheap = /^(node:(fs|module|path|util|timers\/promises)|scripts\/([a-z]+\.ts$|base\/|cli\/))/

it.each([
  ['help', 'deploy', ['--help'], 0],
  ['the refusal of a word', 'rollback', ['SERVCE=a'], 2],
])('%s loads no schema, no package and nothing of the work', async (_, command, words, exitCode) => {
  const { code, modules } = await loads(command, words)
  expect(code).toBe(exitCode)
  expect(modules.filter(module => !cheap.test(module))).toEqual([])
  expect(modules.length).toBeLessThanOrEqual(30)
})

it('before the compile cache is on, a command loads five small files', async () => {
  const { modules } = await loads('promote', ['--version'])
  const start = modules.slice(0, modules.indexOf('scripts/cli/io/process.ts'))
  const own = start.filter(module => !module.startsWith('node:'))
  expect(own).toHaveLength(5)
  for (const path of own)
    expect(readFileSync(join(projectRoot, path), 'utf8').length).toBeLessThanOrEqual(5000)
})

it('a refused value loads no client of AWS, no program and no fetch', async () => {
  const { code, modules } = await loads('hold', ['ENV=prod', 'SERVICE=-', 'REASON=x'])
  expect(code).toBe(2)
  const packages = modules.flatMap(module => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? [])
  expect(packages.filter(name => /^@aws-sdk|^@smithy|^zx$|^cdktf|^cli-table3$/.test(name))).toEqual([])
  // Importing either loads `fetch` as well, which takes as long as Node's own start.
  expect(modules.filter(module => /^node:https?$/.test(module))).toEqual([])
  expect(modules.length).toBeLessThanOrEqual(300)
})
