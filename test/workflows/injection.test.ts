import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { zipService } from '../support/world.ts'
import { jobsOf, makePipeline } from './pipeline.ts'

/** What git takes as the name of a tag; a space is none of it, so the shell is to make one. */
const hostileTags = [
  'service-x$(touch\u0024{IFS}$TRACE)-v1.0.0',
  'service-x`touch\u0024{IFS}$TRACE`-v1.0.0',
  'service-x";touch\u0024{IFS}$TRACE;"-v1.0.0',
  "service-x';touch\u0024{IFS}$TRACE;'-v1.0.0",
  'service-b-v1.0.0\u200b',
]

it('neither a tag, nor a commit, nor what a person types runs as code', async ({ onTestFinished }) => {
  const world = await makePipeline({
    onFinished: onTestFinished,
    services: zipService('service-b'),
    before: async before => void Object.assign(before.env, { TRACE: join(before.folder, 'trace') }),
  })
  const { runner, folder } = world
  const trace = join(folder, 'trace')
  for (const tag of hostileTags) {
    await world.git(['update-ref', `refs/tags/${tag}`, 'HEAD'])
    await world.git(['push', '--quiet', 'origin', `refs/tags/${tag}`])
  }
  const code = '$(touch $TRACE)`touch $TRACE`\u0024{{ github.token }}"; touch $TRACE; \'; touch $TRACE; #'
  await world.commit(
    { [`docs/${code.replaceAll('/', '')}.md`]: 'x\n', 'README.md': code },
    `${code}\n\n::set-output name=x::y`,
  )
  for (const inputs of [
    { environment: 'staging', tag: code },
    { environment: 'staging', tag: 'service-b-v1.0.0\ntag=other' },
    { environment: 'staging', service: code },
    { environment: 'prod', service: `x'; touch ${trace}; '` },
  ])
    await runner.dispatch('deploy', inputs)
  await runner.dispatch('rollback', { environment: 'prod', service: code, reason: code })
  await runner.idle()

  expect((await readdir(folder)).filter(name => name.startsWith('trace'))).toEqual([])
  const tags = runner.runs().filter(({ ref }) => ref.startsWith('refs/tags/'))
  expect(tags).toHaveLength(hostileTags.length)
  for (const run of tags) {
    expect(jobsOf(run).filter(job => !job.endsWith('skipped'))).toEqual(['release / release failure'])
    expect(run.jobs[0]?.summary).toContain('is not a release')
  }
  const others = runner.runs().filter(({ event }) => event === 'workflow_dispatch')
  expect(others.map(({ conclusion }) => conclusion)).toEqual(others.map(() => 'failure'))
  // Refused as bad input, by the command itself.
  const failed = others.flatMap(({ jobs }) => jobs.filter(({ conclusion }) => conclusion === 'failure'))
  const said = failed.map(({ summary }) => summary)
  expect(said).toHaveLength(others.length)
  for (const summary of said) expect(summary).toContain('Bad input or set-up.')
  expect(JSON.stringify(runner.runs())).not.toContain('set-output')
})

it('what a command prints is not a command to the runner, and cannot end the block of the summary', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-injection-'))
  const summary = join(folder, 'summary')
  const text = '##[add-mask]true\n::error::x\nx\r# heading\r\r[click](http://evil)\n'
  await writeFile(join(folder, 'said'), text)
  const env = { ...bareEnvironment(folder), GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
  const program = join(projectRoot, '.github/scripts/run.sh')
  const { code, stdout } = await run(program, ['cat', 'said'], { cwd: folder, env })
  const [, token = '', between] = /^::stop-commands::([0-9a-f]{32})\n(.*)::\1::\n$/s.exec(stdout) ?? []
  const again = await run(program, ['false'], { cwd: folder, env })
  const lines = (await readFile(summary, 'utf8')).split(/\r\n|\r|\n/)
  await rm(folder, { recursive: true })
  expect([code, between]).toEqual([0, text])
  expect([again.code, again.stdout.includes(token)]).toEqual([1, false])
  const own = /^(### .*|Done\.|A bug in Waybill\.|)$/
  expect(lines.filter(line => !own.test(line) && !line.startsWith('    '))).toEqual([])
})

it('the form in which git sends the token is masked before anything else is printed, and is in no file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-mask-'))
  const summary = join(folder, 'summary')
  const GH_TOKEN = 'ghs_secret'
  const basic = Buffer.from(`x-access-token:${GH_TOKEN}`).toString('base64')
  const env = { ...bareEnvironment(folder), GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GH_TOKEN }
  const program = join(projectRoot, '.github/scripts/run.sh')
  const lookUp = ['git', 'config', '--get-urlmatch', 'http.extraheader', 'https://github.com/acme/parcels']
  const { stdout } = await run(program, lookUp, { cwd: folder, env })
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(one => one.isFile())
  // The summary has what the command prints, which here is the token itself.
  const others = files.filter(({ name }) => name !== 'summary')
  const texts = await Promise.all(others.map(one => readFile(join(one.parentPath, one.name), 'utf8')))
  await rm(folder, { recursive: true })
  const [mask, stop, header] = stdout.split('\n')
  expect(mask).toBe(`::add-mask::${basic}`)
  expect(stop).toMatch(/^::stop-commands::/)
  expect(header).toBe(`AUTHORIZATION: basic ${basic}`)
  expect(texts.join('')).not.toContain(basic)
})
