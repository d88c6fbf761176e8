import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeShippedZip } from '../../../support/deploy.ts'
import { bareEnvironment, type Outcome, projectRoot, run } from '../../../support/run.ts'

const b = { ENV: 'staging', SERVICE: 'b' }
let world: DeployWorld

// Only root may mount a small disk, and not in every container.
const tried = await run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
  cwd: tmpdir(),
  env: bareEnvironment(tmpdir()),
})
const canMount = tried.code === 0

describe.skipIf(!(await hasTerraform()))('a machine that is not as it should be', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    world = await makeShippedZip(onFinished)
  })

  it('has a file where cdktf.out should be', async () => {
    const out = join(world.clone, 'cdktf.out')
    await rm(out, { recursive: true, force: true })
    await writeFile(out, '')
    const outcome = await world.waybill('plan', { ...b, JSON: '1' }, { process: true })
    await rm(out)
    expectCode(outcome, 'machine-path')
    expect(outcome.stderr).toContain(out)
  })

  it('gives a plan that is no regular file', async () => {
    await here('mkfifo', join(world.folder, 'pipe'))
    for (const PLAN of ['/dev/zero', join(world.folder, 'pipe'), world.folder]) {
      const outcome = await world.waybill('deploy', { ...b, PLAN, PLAN_SHA256: '0'.repeat(64), JSON: '1' })
      expectCode(outcome, 'plan-not-found')
      expect(outcome.stderr).toMatch(/is not a regular file|EISDIR/)
    }
  })

  it('has no folder for temporary files', async () => {
    const none = { TMPDIR: join(world.folder, 'none') }
    const pinning = await world.waybill(
      'pin',
      { ENV: 'prod', TAG: 'service-b-v1.0.0', JSON: '1' },
      { env: none, process: true },
    )
    expectCode(pinning, 'machine-temporary-folder')
    expect(pinning.stderr).toContain('Set TMPDIR')
    const planning = await world.waybill('plan', { ...b, JSON: '1' }, { env: none, process: true })
    expectCode(planning, 'machine-temporary-folder')
  })

  it.each([24, 28, 31])('allows only %i open files', async limit => {
    const { code, stderr } = await shell(`ulimit -n ${limit} && exec "$0" "$1" ENV=staging SERVICE=b`, 'plan')
    expect(stderr).not.toContain('bug in Waybill')
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/machine-open-files|open files|EMFILE/i),
    })
  })

  it.skipIf(!canMount).each(['4k', '64k'])('has a disk of %s', async size => {
    const out = join(world.clone, 'cdktf.out')
    await mkdir(out, { recursive: true })
    expectDone(await here('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', out))
    const outcome = await world.waybill('deploy', { ...b, JSON: '1' })
    await here('umount', out)
    expectCode(outcome, 'machine-disk-full')
  })

  it('has no space for what a command prints: the command does its work all the same', async () => {
    const outcome = await shell('exec "$0" "$1" ENV=staging SERVICE=b > /dev/full', 'deploy')
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('output-lost') })
    expect(outcome.stderr).toContain('ENOSPC')
    const again = expectDone(await world.waybill('deploy', { ...b, JSON: '1' }))
    expect(JSON.parse(again.stdout).results).toMatchObject([{ result: 'already done' }])
  })

  it('has closed what a command prints to', async () => {
    expect((await shell('exec "$0" "$1" ENV=staging >&-', 'plan')).code).toBe(0)
    expect((await shell('exec "$0" "$1" ENV=staging 2>/dev/full', 'plan')).code).toBe(0)
    expect((await shell('exec "$0" "$1" ENV=none 2>/dev/full', 'plan')).code).toBe(2)
  })
})

function expectCode({ code, stdout, stderr }: Outcome, errorCode: string): void {
  expect({ code, stderr, error: JSON.parse(stdout).error.code }).toMatchObject({ code: 2, error: errorCode })
}

function here(program: string, ...words: string[]): Promise<Outcome> {
  return run(program, words, { cwd: world.clone, env: world.env })
}

function shell(script: string, command: string): Promise<Outcome> {
  const file = join(projectRoot, 'scripts', `${command}.ts`)
  return run('sh', ['-c', script, process.execPath, file], { cwd: world.clone, env: world.env })
}
