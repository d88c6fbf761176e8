import { createHash } from 'node:crypto'
import { readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { bareEnvironment, projectRoot, run } from '../../../support/run.ts'
import { zipService } from '../../../support/world.ts'

const prod = { ENV: 'prod', SERVICE: 'b' }
let world: DeployWorld

// The one of util-linux, which every Debian has; others take other options.
const { code } = await run('script', ['--version'], { cwd: tmpdir(), env: bareEnvironment(tmpdir()) })
const hasScript = code === 0
if (!hasScript) {
  const message = '!!! SKIPPED: the question at a terminal was NOT tested: script (util-linux) is missing.\n'
  if (process.env.REQUIRE_ALL_TOOLS === '1') throw new Error(message)
  process.stderr.write(message)
}

type Saved = { file: string; sha256: string }
const plan = (OUT: string) => world.json<Saved>('plan', { ...prod, OUT })
const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('a deploy that needs approval', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = { ...zipService('service-b'), ...zipService('service-c') }
    world = await makeDeployWorld({ files, repositories: [], onFinished })
    await world.ship('service-b', '1.0.0', 'prod')
  })

  it('is refused without a terminal, with the commands to use instead', async () => {
    const { code, stderr } = await world.waybill('deploy', prod)
    expect(code).toBe(3)
    expect(stderr).toContain('prod needs approval for each deploy, and this is not a terminal')
    expect(stderr).toContain('make plan ENV=prod SERVICE=… OUT=<file>')
    expect(applied()).toEqual([])
  })

  it.skipIf(!hasScript)('asks at a terminal, where only the name of the environment means yes', async () => {
    const no = await atTerminal('yes')
    expect(no).toMatchObject({
      code: 3,
      said: expect.stringContaining('not confirmed: nothing was changed'),
    })
    expect(no.said).toContain('Run it again and type prod, the name of the environment')
    // Created and destroyed resources are colored, and progress is shown.
    expect(no.said).toContain('\u001b[32m  + aws_lambda_function.function\u001b[39m')
    expect(no.said).toContain('Apply this to prod? Type prod to go on: ')
    expect(applied()).toEqual([])
    const yes = await atTerminal('prod')
    expect(yes).toMatchObject({ code: 0, said: expect.stringContaining('1 service deployed to prod') })
    expect(await live()).toBe('1')
    // Nothing to do, so nothing to ask.
    expect(await world.waybill('deploy', prod)).toMatchObject({ code: 0 })
    expect(await live()).toBe('1')
  })

  it('takes a plan file that only its owner can read, and refuses any other file', async () => {
    await world.ship('service-b', '1.1.0', 'prod')
    const saved = await plan('approved.zip')
    expect(saved).toMatchObject({ file: join(world.clone, 'approved.zip') })
    expect(saved.sha256).toBe(await sha256(saved.file))
    expect((await stat(saved.file)).mode & 0o777).toBe(0o600)

    const bytes = await readFile(saved.file)
    await writeFile(join(world.clone, 'cut.zip'), bytes.subarray(0, bytes.length / 2))
    const cut = await sha256(join(world.clone, 'cut.zip'))
    const cases = [
      [{ PLAN: 'approved.zip' }, 2, /PLAN needs PLAN_SHA256/],
      [{ PLAN: 'approved.zip', PLAN_SHA256: 'x' }, 2, /must be the SHA-256/],
      [
        { PLAN: 'approved.zip', PLAN_SHA256: '0'.repeat(64) },
        3,
        /approved.zip is not the plan that was approved/,
      ],
      [{ PLAN: 'cut.zip', PLAN_SHA256: cut }, 2, /cut.zip is not a Waybill plan or is truncated/],
      [{ PLAN: 'none.zip', PLAN_SHA256: cut }, 2, /none.zip cannot be read/],
      [{ ENV: 'staging', PLAN: 'approved.zip', PLAN_SHA256: saved.sha256 }, 2, /has no pin in staging/],
    ] as const
    const outcomes = await Promise.all(
      cases.map(([options]) => world.waybill('deploy', { ...prod, ...options })),
    )
    expect(outcomes).toMatchObject(
      cases.map(([, code, problem]) => ({ code, stderr: expect.stringMatching(problem) })),
    )
    expect(await live()).toBe('1')
  })

  it('is not saved through a link, and not with the rights of a file that is there', async () => {
    await symlink(join(world.clone, 'elsewhere.zip'), join(world.clone, 'link.zip'))
    const linked = await world.waybill('plan', { ...prod, OUT: 'link.zip' })
    expect(linked).toMatchObject({ code: 2, stderr: expect.stringContaining('link.zip is a link') })
    await writeFile(join(world.clone, 'open.zip'), '', { mode: 0o666 })
    const { file } = await plan('open.zip')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing of a run that others can read', async () => {
    // As in a folder that git cleans.
    await rm(join(world.clone, 'cdktf.out'), { recursive: true, force: true })
    expectDone(await world.waybill('plan', prod))
    const { mode } = await stat(join(world.clone, 'cdktf.out'))
    expect(mode & 0o777).toBe(0o700)
  })

  it('applies exactly the approved plan, even from another work tree, and only once', async () => {
    const file = join(world.clone, 'approved.zip')
    const approved = { ...prod, PLAN: file, PLAN_SHA256: await sha256(file) }
    await writeFile(join(world.clone, 'cdktf/environments.json'), await environmentsWithoutMeaning())
    const { stdout } = expectDone(await world.waybill('deploy', approved))
    expect(stdout).toContain('service-b in prod: service-b-v1.0.0 → service-b-v1.1.0; 1 to update')
    expect(await live()).toBe('2')
    const again = await world.waybill('deploy', approved)
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('the plan is stale') })
    await world.git(['checkout', '--', 'cdktf'])
  })

  it('takes a plan from the state bucket', async () => {
    await world.ship('service-b', '1.1.1', 'prod')
    const { file, sha256: PLAN_SHA256 } = await plan('state')
    expect(file).toBe(`s3://waybill-state-111111111111-eu-central-1/plans/prod/service-b/${PLAN_SHA256}.plan`)
    const elsewhere = await world.waybill('deploy', { ...prod, PLAN: 's3://other/x.plan', PLAN_SHA256 })
    expect(elsewhere).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not in the state bucket'),
    })
    const missing = await world.waybill('deploy', { ...prod, PLAN: `${file}x`, PLAN_SHA256 })
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no plan s3://') })
    expectDone(await world.waybill('deploy', { ...prod, PLAN: file, PLAN_SHA256 }))
    expect(await live()).toBe('3')
  })

  it('moves the traffic even if the plan changes nothing, unless the state has changed since', async () => {
    const { lambda } = clientsFor(world.emulator)
    const moveTo = (FunctionVersion: string) =>
      lambda.send(new UpdateAliasCommand({ FunctionName: 'service-b-prod', Name: 'PROD', FunctionVersion }))
    await moveTo('$LATEST')
    const { sha256: PLAN_SHA256 } = await plan('empty.zip')
    const empty = { ...prod, PLAN: 'empty.zip', PLAN_SHA256 }
    expectDone(await world.waybill('deploy', empty))
    expect(await live()).toBe('3')
    // As if another version had been applied in the meantime.
    await moveTo('$LATEST')
    await touchState('prod/service-b.tfstate')
    const stale = await world.waybill('deploy', empty)
    expect(stale).toMatchObject({ code: 3, stderr: expect.stringContaining('the plan is stale') })
    expect(await live()).toBe('$LATEST')
    await moveTo('3')
  })

  it('refuses a plan if the pin or the state has changed since, or if it is for another service', async () => {
    await world.ship('service-b', '1.2.0', 'prod')
    const before = await plan('before.zip')
    await world.ship('service-b', '1.3.0', 'prod')
    await world.ship('service-c', '1.0.0', 'prod')
    const { sha256: PLAN_SHA256 } = before
    const [repinned, other] = await Promise.all([
      world.waybill('deploy', { ...prod, PLAN: 'before.zip', PLAN_SHA256 }),
      world.waybill('deploy', { ENV: 'prod', SERVICE: 'c', PLAN: 'before.zip', PLAN_SHA256 }),
    ])
    expect(repinned.code).toBe(3)
    expect(repinned.stderr).toContain('the pin of service-b in prod has changed since the plan was approved')
    expect(repinned.stderr).toContain(
      'the plan is for service-b-v1.2.0, but the remote pins service-b-v1.3.0',
    )
    expect(other.code).toBe(3)
    expect(other.stderr).toContain('the plan is for service-b in prod, not for service-c in prod')

    const current = await plan('current.zip')
    await touchState('prod/service-b.tfstate')
    const options = { ...prod, PLAN: 'current.zip', PLAN_SHA256: current.sha256 }
    const stale = await world.waybill('deploy', options)
    expect(stale).toMatchObject({ code: 3, stderr: expect.stringContaining('the plan is stale') })
    expect(await live()).toBe('3')
  })

  it('does not save a plan of several services, to an unwritable place, or in a dry run', async () => {
    const several = await world.waybill('plan', { ENV: 'prod', OUT: 'several.zip' })
    const unwritable = await world.waybill('plan', { ...prod, OUT: 'no/such/folder.zip' })
    const dry = await world.waybill('plan', { ...prod, OUT: 'dry.zip', DRY_RUN: '1' })
    expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining('but there are 2') })
    expect(unwritable).toMatchObject({ code: 2, stderr: expect.stringContaining('folder.zip') })
    expect(dry.code).toBe(0)
    await expect(stat(join(world.clone, 'dry.zip'))).rejects.toThrow('ENOENT')
  })

  it('does not apply an approved plan of a release that was yanked since, not even in a dry run', async () => {
    await world.ship('service-b', '1.5.0', 'prod')
    const { sha256: PLAN_SHA256 } = await plan('yanked.zip')
    await world.json('yank', { TAG: 'service-b-v1.5.0', REASON: 'loses orders' })
    world.emulator.clearRequests()
    for (const DRY_RUN of ['1', '']) {
      const options = { ...prod, PLAN: 'yanked.zip', PLAN_SHA256, DRY_RUN }
      expect(await world.waybill('deploy', options)).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringContaining('service-b-v1.5.0 was yanked'),
      })
    }
    expect(writes(world.emulator)).toEqual([])
  })

  it('does not save a plan of a work tree that differs from the remote', async () => {
    await world.ship('service-b', '1.6.0', 'prod')
    const file = 'services/service-b/service.json'
    const changed = zipService('service-b', { settings: { memory: 512 } })
    await world.commit({ [file]: changed[file] ?? '' }, 'Use more memory', false)
    const refused = await world.waybill('plan', { ...prod, OUT: 'differs.zip' })
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining(`differ: ${file}`) })
    await expect(stat(join(world.clone, 'differs.zip'))).rejects.toThrow('ENOENT')
    expectDone(await world.waybill('plan', prod))
    await world.git(['reset', '--quiet', '--hard', 'origin/main'])
  })

  it('does not apply a plan if the pin changes during planning', async () => {
    let moved = false
    world.emulator.clearRequests()
    world.emulator.inject({
      operation: ({ operation, resource }) => operation === 'PutObject' && /tflock$/.test(resource),
      kind: 'delay',
      delayMs: 0,
      times: 1,
      action: async () => {
        await world.ship('service-b', '1.4.0', 'staging')
        moved = true
      },
    })
    await world.ship('service-b', '1.3.1', 'staging')
    const { code, stderr } = await world.waybill('deploy', { ...prod, ENV: 'staging' })
    expect([moved, code]).toEqual([true, 3])
    expect(stderr).toContain('the pin of service-b in staging has changed since it was planned')
    expect(stderr).toContain('the plan is for service-b-v1.3.1, but the remote now pins service-b-v1.4.0')
    expect(writes(world.emulator).filter(write => !/tflock|releases\//.test(write))).toEqual([])
  })
})

function applied(): string[] {
  return writes(world.emulator).filter(write => /^(Create|Update)Function/.test(write))
}

async function live(): Promise<string | undefined> {
  const { lambda } = clientsFor(world.emulator)
  return (await lambda.send(new GetAliasCommand({ FunctionName: 'service-b-prod', Name: 'PROD' })))
    .FunctionVersion
}

/** Writes the state again with the same content, as another run would. */
async function touchState(Key: string): Promise<void> {
  const { s3 } = clientsFor(world.emulator)
  const target = { Bucket: 'waybill-state-111111111111-eu-central-1', Key }
  const { Body } = await s3.send(new GetObjectCommand(target))
  const state = JSON.parse((await Body?.transformToString()) ?? '') as { serial: number }
  await s3.send(
    new PutObjectCommand({ ...target, Body: JSON.stringify({ ...state, serial: state.serial + 1 }) }),
  )
}

async function environmentsWithoutMeaning(): Promise<string> {
  return `${await readFile(join(world.clone, 'cdktf/environments.json'), 'utf8')}\n\n`
}

/** Runs the deploy at its own terminal (`script`, which every Debian has) and types an answer. */
async function atTerminal(answer: string): Promise<{ code: number; said: string }> {
  const command = `${process.execPath} ${join(projectRoot, 'scripts', 'deploy.ts')}`
  const typed = `printf '${answer}\\n' | script --quiet --return --command '${command}' /dev/null`
  const env = { ...world.env, ...prod, NO_COLOR: '', FORCE_COLOR: '1', TERM: 'xterm' }
  const { code, stdout } = await run('sh', ['-c', typed], { cwd: world.clone, env })
  return { code, said: stdout }
}
