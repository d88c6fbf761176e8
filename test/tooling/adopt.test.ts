import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseEnvironments } from '../../scripts/catalogue/environments.ts'
import type { DoctorCheck } from '../../scripts/doctor/check.ts'
import { parseAnswer } from '../support/answers.ts'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { imageService, writeFiles, zipService } from '../support/world.ts'

/* What docs/adopt.md says to take is enough: the commands run in a folder that has nothing else. */

const page = readFileSync(join(projectRoot, 'docs', 'adopt.md'), 'utf8')
const taken = (/^set -- ([^\n]*\\\n)*[^\n]*/m.exec(page)?.[0] ?? '').match(/[\w./-]+/g)?.slice(2) ?? []
const environments = /^```json\n([\s\S]*?)^```/m.exec(page)?.[1] ?? ''
const trim = /^sed -i\.bak '.*' Makefile && rm Makefile\.bak$/m.exec(page)?.[0] ?? ''

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-adopt-'))
  for (const path of taken) await cp(join(projectRoot, path), join(folder, path), { recursive: true })
  await rm(join(folder, 'cdktf', 'pins'), { recursive: true, force: true })
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  const parcels = imageService('parcels', { repository: 'acme/parcels' })
  await writeFiles(folder, {
    'cdktf/environments.json': environments,
    ...parcels,
    ...zipService('labels'),
  })
  await sh(`git init --quiet && ${trim}`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const sh = (script: string) =>
  run('sh', ['-c', script], { cwd: folder, env: { ...bareEnvironment(tmpdir()), AWS_MAX_ATTEMPTS: '1' } })

it('its environments.json is one', () => {
  const { github } = parseEnvironments(environments, { name: 'adopt.md', remedy: '' })
  expect(github?.repository).toBe('acme/parcels')
})

it('its stacks are made', async () => {
  const { code, stdout, stderr } = await sh('node cdktf/main.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('foundation: shared by all services')
})

it('make help names the commands that work there, and each has its script', async () => {
  const { stdout } = await sh('make help')
  const named = [...stdout.matchAll(/^ {2}make ([a-z-]+)/gm)].map(([, name]) => `${name}.ts`)
  const scripts = (await readdir(join(folder, 'scripts'))).filter(name => name.endsWith('.ts'))
  // What schemas writes is part of Waybill, and the others set up a repository that installs it.
  expect([...named, 'schemas.ts', 'init.ts', 'upgrade.ts'].toSorted()).toEqual(scripts.toSorted())
  const makefile = await readFile(join(folder, 'Makefile'), 'utf8')
  expect(makefile).not.toMatch(/\btest\/|\b(vitest|biome|knip|tsc)\b/)
  expect(makefile).toMatch(/^installed:$/m)
})

it('make doctor asks for the name in the workflows, and for nothing else in the files', async () => {
  const { stdout } = await sh('JSON=1 node scripts/doctor.ts')
  const { checks } = parseAnswer('doctor', stdout) as { checks: DoctorCheck[] }
  const ofFiles = checks.filter(({ title }) => /^(environments|service|workflow|build)/.test(title))
  expect(ofFiles.map(({ title, state }) => [title, state])).toEqual([
    ['environments.json', 'ok'],
    ['services', 'ok'],
    ['workflow calls', 'failed'],
    ['workflow branch', 'ok'],
    ['build branches', 'ok'],
    ['workflow environments', 'ok'],
  ])
})

it('no package is used that is there for the tests alone', async () => {
  const manifests = await Promise.all(
    ['package.json', '.ci/package.json'].map(path => readFile(join(folder, path), 'utf8')),
  )
  const dependencies = manifests.map(text => JSON.parse(text).dependencies as Record<string, string>)
  const files = await Promise.all(
    ['scripts', 'cdktf', '.github/scripts'].map(async path => {
      const names = await readdir(join(folder, path), { recursive: true })
      return names.filter(name => name.endsWith('.ts')).map(name => join(path, name))
    }),
  )
  const texts = await Promise.all(files.flat().map(name => readFile(join(folder, name), 'utf8')))
  const used = texts.flatMap(text =>
    [...text.matchAll(/(?:\bfrom |\bimport\(|^import )'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'/gm)].map(
      ([, name]) => name,
    ),
  )
  expect(used.length).toBeGreaterThan(50)
  expect(dependencies.flatMap(Object.keys)).toEqual(expect.arrayContaining([...new Set(used)]))
})
