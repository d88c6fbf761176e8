import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { DoctorCheck } from '../../../../../scripts/doctor/check.ts'
import { projectRoot } from '../../../../support/run.ts'
import { environmentsJson, makeWorld, type World, writeFiles } from '../../../../support/world.ts'

const title = /^workflow|^build branches$/

async function workflowChecks(world: World): Promise<DoctorCheck[]> {
  const { code, stdout } = await world.waybill('doctor', { JSON: '1' })
  const { checks } = JSON.parse(stdout) as { checks: DoctorCheck[] }
  const own = checks.filter(one => title.test(one.title))
  expect(code).toBe(own.some(({ state }) => state === 'failed') ? 2 : 0)
  return own
}

const states = (checks: readonly DoctorCheck[]) =>
  Object.fromEntries(checks.map(one => [one.title, one.state]))

async function copyWorkflows({ clone }: World): Promise<void> {
  await cp(join(projectRoot, '.github'), join(clone, '.github'), { recursive: true })
}

const github = { repository: 'acme/parcels' }
const writeEnvironments = ({ clone }: World, more: object) =>
  writeFiles(clone, { 'cdktf/environments.json': JSON.stringify({ ...environmentsJson, ...more }) })

it("doctor's remedies turn Waybill's own workflows into those of another repository", async () => {
  const world = await makeWorld()
  await copyWorkflows(world)
  expect(states(await workflowChecks(world))).toEqual({
    'workflow calls': 'warning',
    'workflow branch': 'ok',
    'build branches': 'ok',
    'workflow environments': 'ok',
  })

  await writeEnvironments(world, { github, releaseBranches: ['trunk'] })
  await world.git(['push', '--quiet', 'origin', 'HEAD:trunk'])
  const wrong = await workflowChecks(world)
  expect(states(wrong)).toMatchObject({
    'workflow calls': 'failed',
    'workflow branch': 'failed',
    'build branches': 'failed',
  })
  const { remedy = '' } = wrong.find(one => one.title === 'workflow calls') ?? {}
  execFileSync('sh', ['-c', remedy], { cwd: world.clone })
  expect(states(await workflowChecks(world))).toMatchObject({
    'workflow calls': 'ok',
    'workflow branch': 'failed',
  })
  const left = await readdir(join(world.clone, '.github', 'workflows'))
  expect(left.filter(name => !name.endsWith('.yml'))).toEqual([])
})

it('a file that is not valid YAML, or hostile, is a finding with the message of the parser', async () => {
  const world = await makeWorld()
  await copyWorkflows(world)
  await writeEnvironments(world, { github: { repository: 'acme/waybill' } })
  const marker = '# .github/scripts/run.sh\n'
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++)
    bomb.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  await writeFiles(join(world.clone, '.github', 'workflows'), {
    'bomb.yml': `${marker}${bomb.join('\n')}\n`,
    'cycle.yml': `${marker}on: push\njobs: &jobs\n  one: *jobs\n`,
    'deep.yml': `${marker}jobs: ${'['.repeat(20_000)}\n`,
    'empty.yml': marker,
    'latin.yaml': `${marker}on: push\non: push\n`,
    'theirs.yml': 'on: [',
    'twisted.yml': `${marker}on: {push: [\u202e\n`,
    "x'$(id).yml": `${marker}%%% \u0000`,
  })
  await rm(join(world.clone, '.github', 'workflows', 'pin-run.yml'))
  await mkdir(join(world.clone, '.github', 'workflows', 'pin-run.yml'))

  const checks = await workflowChecks(world)
  expect(states(checks)).toMatchObject({
    'workflow bomb.yml': 'failed',
    'workflow deep.yml': 'failed',
    'workflow empty.yml': 'failed',
    'workflow latin.yaml': 'failed',
    'workflow twisted.yml': 'failed',
    "workflow x'$(id).yml": 'failed',
    'workflow calls': 'failed',
  })
  const said = Object.fromEntries(checks.map(one => [one.title, `${one.detail} | ${one.cause}`]))
  expect(said['workflow bomb.yml']).toMatch(/not valid YAML \| .*alias/i)
  expect(said['workflow latin.yaml']).toMatch(/not valid YAML \| .*unique.* line 3/)
  expect(said['workflow calls']).toMatch(
    /name a file that \.github\/workflows does not have: .*deploy\.yml calls acme\//,
  )
  expect(JSON.stringify(checks)).not.toContain('\u202e')
  expect(Object.keys(said)).not.toContain('workflow theirs.yml')
})

it('in a repository without these workflows, as with CircleCI, there is nothing to check', async () => {
  const world = await makeWorld()
  await writeFiles(world.clone, { '.github/workflows/test.yml': 'on: push\njobs: {}\n' })
  expect(await workflowChecks(world)).toEqual([])
})
