import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bareEnvironment, projectRoot, run } from '../support/run.ts'
import { zipService } from '../support/world.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-outputs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let answers = 0
async function outputs(kind: string, answer: unknown, root = projectRoot) {
  const file = join(folder, `answer-${++answers}.json`)
  await writeFile(file, JSON.stringify(answer))
  const program = join(root, '.github/scripts/outputs.ts')
  return await run(process.execPath, [program, kind, file], { cwd: root, env: bareEnvironment(folder) })
}

/** A folder with the scripts of the workflows, and another environments.json. */
async function repository(environments: object): Promise<string> {
  const root = await mkdtemp(join(folder, 'repository-'))
  await cp(join(projectRoot, '.github', 'scripts'), join(root, '.github', 'scripts'), { recursive: true })
  await mkdir(join(root, 'cdktf'))
  await symlink(join(projectRoot, 'scripts'), join(root, 'scripts'))
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  await writeFile(join(root, 'cdktf', 'environments.json'), JSON.stringify(environments))
  return root
}

it('the role that a job takes has the prefix of its repository', async () => {
  const place = { account: '111111111111', region: 'eu-central-1' }
  const root = await repository({
    prefix: 'waybill-letters',
    artifacts: place,
    environments: { staging: place },
  })
  const program = join(root, '.github/scripts/role.ts')
  const options = { cwd: root, env: bareEnvironment(folder) }
  const { stdout } = await run(process.execPath, [program, 'deploy', 'staging'], options)
  expect(stdout).toContain('role/waybill-letters-deploy-staging\n')
})

it.each([
  ['AllAtOnce', 'seconds=3600'],
  ['10%/114m, 100%/5m', 'seconds=10080'],
  ['10%/20h, 100%/5m', 'can take 1254 minutes, and no session lasts longer than 720: shorten its strategy.'],
])('a job that deploys with the strategy %s needs its role as long: %s', async (strategy, expected) => {
  const place = { account: '111111111111', region: 'eu-central-1' }
  const artifacts = { ...place, bucket: 'waybill-artifacts' }
  const root = await repository({ artifacts, environments: { staging: place } })
  const service = zipService('service-a', { environments: { staging: { strategy } } })
  await mkdir(join(root, 'services', 'service-a'), { recursive: true })
  for (const [path, text] of Object.entries(service)) await writeFile(join(root, path), text)
  const options = { cwd: root, env: bareEnvironment(folder) }
  const args = [join(root, '.github/scripts/role.ts'), 'deploy', 'staging', 'service-a']
  const { code, stdout, stderr } = await run(process.execPath, args, options)
  expect(stdout + stderr).toContain(expected)
  expect(code).toBe(expected.startsWith('seconds') ? 0 : 1)
})

describe.concurrent('what the next jobs get', () => {
  it('for missed tags: the oldest version first, a pre-release before its release', async () => {
    const subjects = ['a-v1.10.0', 'a-v1.9.0', 'b-v2-v1.0.0', 'a-v1.0.0', 'a-v1.0.0-rc.1']
    const findings = [
      ...subjects.map(subject => ({ subject, fixable: true })),
      { subject: 'a-v0.1.0', fixable: false },
      { subject: 'cdktf/pins/prod/a.json', fixable: true },
    ]
    const { stdout } = await outputs('missed', { findings })
    expect(stdout).toContain('tags=["a-v1.0.0-rc.1","b-v2-v1.0.0","a-v1.0.0","a-v1.9.0","a-v1.10.0"]\n')
    expect(stdout).toContain('environments=["staging","prod"]\n')
    expect((await outputs('missed', { error: {} })).stdout).toContain('tags=[]\n')
  })

  it.each([
    ['image', 'builds/app:0123', '111111111111.dkr.ecr', 'true'],
    ['zip', 'builds/a-0123.zip', 'builds/a-0123.zip', 'false'],
  ])('for a build: the subject of its attestation, for %s %s', async (type, artifact, subject, image) => {
    const { stdout } = await outputs('built', { builds: [{ type, artifact, digest: 'sha256:00' }] })
    expect(stdout).toMatch(new RegExp(`^subject=${subject}.*\ndigest=sha256:00\nimage=${image}\n$`))
  })

  it('for a promotion: the service of the tag, and the environments that follow it', async () => {
    const { stdout } = await outputs('promoted', { releases: [{ tag: 'service-v2-v1.0.0-v3' }] })
    expect(stdout).toBe('tag=service-v2-v1.0.0-v3\nservice=service-v2\nenvironments=["staging"]\n')
  })

  it('for a promotion: nothing if the answer names no release', async () => {
    expect((await outputs('promoted', { releases: [{ tag: '$(id)' }] })).code).toBe(1)
  })

  it('for a pre-release: no environment that follows releases only', async () => {
    const places = {
      dev: { deploy: 'auto' },
      staging: { deploy: 'auto', preReleases: false },
      prod: { deploy: 'manual' },
    }
    const root = await repository({ environments: places })
    const following = async (tag: string) => (await outputs('promoted', { releases: [{ tag }] }, root)).stdout
    expect(await following('a-v1.0.0-rc.1')).toContain('environments=["dev"]\n')
    expect(await following('a-v1.0.0')).toContain('environments=["dev","staging"]\n')
  })

  it.each<[string, boolean, boolean[], string, object[]?]>([
    ['nothing to change, and the traffic where it belongs', true, [true], 'false'],
    ['a change, perhaps only of the state', false, [true], 'true'],
    ['the traffic elsewhere', true, [false], 'true'],
    ['nothing applied yet', true, [], 'true'],
    ['foreign code where the traffic goes', true, [true], 'true', [{ state: 'runs', digest: 'sha256:00' }]],
  ])('for a plan with %s: whether it is needed', async (_, isEmpty, applied, needed, foreign = []) => {
    const pointers = applied.map(isApplied => ({ isApplied, says: '', foreign }))
    const { stdout } = await outputs('planned', {
      plans: [{ service: 'a', isEmpty, minutes: 59 }],
      isManual: true,
      pointers,
    })
    expect(stdout).toBe(`file=\nsha256=\nservice=a\nneeded=${needed}\napproval=true\n`)
  })

  it('for a plan of a held service: nothing is needed, and its difference is no drift', async () => {
    const plan = {
      plans: [{ service: 'a', isEmpty: false, minutes: 47 }],
      pointers: [{ service: 'a', isApplied: false, foreign: [] }],
      holds: [{ service: 'a' }],
    }
    expect((await outputs('planned', plan)).stdout).toContain('service=a\nneeded=false\n')
    expect((await outputs('drift', plan)).stdout).toBe('drift=false\n')
    const other = { ...plan, holds: [{ service: 'b' }] }
    expect((await outputs('planned', other)).stdout).toContain('needed=true\n')
    expect((await outputs('drift', other)).stdout).toBe('drift=true\n')
  })

  it('for a plan during a rollout in phases: the deploy can be continued, and the shared traffic is no drift', async () => {
    const pointer = { service: 'a', isApplied: false, isOnItsWay: true, foreign: [] }
    const plan = { plans: [{ service: 'a', isEmpty: true, minutes: 47 }], pointers: [pointer] }
    expect((await outputs('planned', plan)).stdout).toContain('service=a\nneeded=true\n')
    expect((await outputs('drift', plan)).stdout).toBe('drift=false\n')
  })

  it.each([
    [true, 'true'],
    [false, 'false'],
    [undefined, 'true'],
  ])('for a plan that says isManual: %s, whether a person approves it', async (isManual, approval) => {
    const { stdout } = await outputs('planned', {
      plans: [{ service: 'a', isEmpty: false, minutes: 47 }],
      isManual,
    })
    expect(stdout).toContain(`approval=${approval}\n`)
  })

  it('for an environment: drift also if something is left of a removed service', async () => {
    const asPinned = { plans: [{ isEmpty: true }], pointers: [{ isApplied: true, foreign: [] }] }
    expect((await outputs('drift', { ...asPinned, orphans: [] })).stdout).toBe('drift=false\n')
    expect((await outputs('drift', { ...asPinned, orphans: [{}] })).stdout).toBe('drift=true\n')
  })

  it('for the ledgers of an environment: whether one lacks an entry', async () => {
    expect((await outputs('unrecorded', { findings: [] })).stdout).toBe('unrecorded=false\n')
    expect((await outputs('unrecorded', { findings: [{ fixable: true }] })).stdout).toBe('unrecorded=true\n')
    // Without an answer, nobody knows.
    expect(await outputs('unrecorded', { error: {} })).toMatchObject({ code: 1, stdout: '' })
  })

  it('never begins a line of its own', async () => {
    const pin = { service: 'a', pin: { tag: 'a-v1.0.0\nother=x' } }
    const { code, stdout } = await outputs('pinned', pin)
    expect(code).toBe(1)
    expect(stdout).not.toContain('other')
  })

  it('is nothing for an unknown kind', async () => {
    expect(await outputs('constructor', {})).toMatchObject({ code: 1, stdout: '' })
  })
})
