import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { starts } from '../runner/triggers.ts'
import { readWorkflow } from '../runner/workflow.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { publishing, readText } from './files.ts'
import { hasShellcheck, shellcheck } from './shellcheck.ts'

// A fault that GitHub's own parser finds ends the file here.
const text = readText('.github', 'workflows', publishing)
const { jobs, permissions, events } = await readWorkflow(`.github/workflows/${publishing}`, text)

it('begins at the tags of this package, which no release of a service is called', () => {
  expect(Object.keys(events)).toEqual(['push'])
  const isStarted = (ref: string) => starts(events.push, ref, 'Release')
  for (const tag of ['v0.1.0', 'v10.20.30-rc.1'])
    expect([tag, isStarted(`refs/tags/${tag}`)]).toEqual([tag, true])
  for (const ref of ['tags/v1', 'tags/v1-v1.0.0', 'tags/vault-v1.0.0', 'heads/main', 'heads/v1.0.0'])
    expect([ref, isStarted(`refs/${ref}`)]).toEqual([ref, false])
})

it('publishes a version for everybody, and a pre-release for those who ask for it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'waybill-publish-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await writeFile(join(home, 'npm'), '#!/bin/sh\necho "$@" >>calls\n', { mode: 0o755 })
  await writeFile(join(home, 'waybill-1.2.0.tgz'), '')
  const env = { ...bareEnvironment(home), PATH: `${home}:${process.env.PATH}` }
  const script = jobs.publish?.steps?.at(-1)?.run ?? ''
  for (const TAG of ['v1.2.0', 'v1.2.0-rc.1'])
    expect(
      await run('bash', ['-eo', 'pipefail', '-c', script], { cwd: home, env: { ...env, TAG } }),
    ).toMatchObject({
      code: 0,
    })
  const common = '--provenance --access public --ignore-scripts'
  expect(await readFile(join(home, 'calls'), 'utf8')).toBe(
    `publish waybill-1.2.0.tgz --tag latest ${common}\npublish waybill-1.2.0.tgz --tag next ${common}\n`,
  )
})

it('names the repository, with which npm compares where the package comes from', async () => {
  const { repository } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'))
  const [, name] =
    /uses: ([\w-]+\/[\w-]+)\/\.github\//.exec(readText('.github', 'workflows', 'release.yml')) ?? []
  expect(repository.url).toBe(`git+https://github.com/${name}.git`)
})

it('gives a token to the job alone that runs nothing of the repository', () => {
  expect(permissions).toEqual({})
  expect(jobs.pack?.permissions).toEqual({ contents: 'read' })
  expect(jobs.publish?.permissions).toEqual({ 'id-token': 'write' })
  expect(jobs.publish?.needs).toBe('pack')
  const { steps = [] } = jobs.publish ?? {}
  expect(steps.flatMap(({ uses = [] }) => uses).join()).not.toContain('checkout')
  expect(steps.flatMap(({ run: script = [] }) => script)).toHaveLength(1)
  expect(text).not.toContain('secrets.')
})

it('pins each action to a commit', () => {
  const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action)
  expect(used.length).toBeGreaterThan(0)
  for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/)
})

it.skipIf(!hasShellcheck)('passes shellcheck', () => {
  const steps = [...(jobs.pack?.steps ?? []), ...(jobs.publish?.steps ?? [])]
  for (const { run: script } of steps) if (script !== undefined) expect(shellcheck(script)).toBe('')
})
