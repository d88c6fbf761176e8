import { GetFunctionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { clientsFor } from '../../../emulator/clients.ts'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld, routed } from '../../../support/deploy.ts'
import { writes } from '../../../support/releases.ts'
import { imageService, zipService } from '../../../support/world.ts'

const staging = { ENV: 'staging' }
const b = { ...staging, SERVICE: 'b' }
const settings = { variables: { GREETING: 'hello' } }
let world: DeployWorld

/** Each test continues from the state that the one before it left. */
describe.skipIf(!(await hasTerraform()))('make plan and make deploy', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = {
      ...imageService('service-a', { settings: routed }),
      ...zipService('service-b', { settings }),
      ...zipService('service-c'),
    }
    world = await makeDeployWorld({ files, onFinished })
    await world.pinned('service-a', '1.0.0')
    await world.ship('service-b', '1.0.0')
    await world.ship('service-c', '1.0.0')
  })

  it('create everything that is newly pinned, side by side; a failure does not stop the others', async () => {
    const ofC = ({ operation, resource }: { operation: string; resource: string }) =>
      operation === 'CreateFunction' && /service-c/.test(resource)
    const clearFault = world.emulator.inject({ operation: ofC, kind: 'access-denied' })
    const { code, stdout, stderr } = await world.waybill('deploy', staging)
    clearFault()
    expect(code).toBe(2)
    expect(stdout).toContain('service-b in staging: service-b-v1.0.0, for the first time; 9 to create\n')
    expect(stdout).toMatch(
      / ✔ service-a: staging runs service-a-v1.0.0 \(for the first time; 11 to create; service-a-staging:1\)\n/,
    )
    expect(stdout).toMatch(
      / ✔ service-b: staging runs service-b-v1.0.0 \(for the first time; 9 to create; STAGING → version 1\)\n/,
    )
    expect(stdout).toMatch(/ ✖ service-c: cannot apply service-c in staging: AWS refuses these credentials/)
    expect(stderr).toContain('AccessDenied')
    const again = expectDone(await world.waybill('deploy', { ...staging, SERVICE: 'c' }))
    expect(again.stdout).toContain('1 service deployed to staging.')
  })

  it('have nothing to do the second time, and write nothing to AWS but the lock', async () => {
    world.emulator.clearRequests()
    const outcome = await world.waybill('deploy', { ...staging, JSON: '1' })
    expect(expectDone(outcome).stderr).toContain('there was nothing to do')
    const { environment, planned, results, ...measured } = JSON.parse(outcome.stdout)
    expect(environment).toBe('staging')
    expect(results).toMatchObject([
      { service: 'service-a', result: 'already done', to: 'service-a-v1.0.0' },
      { service: 'service-b', result: 'already done', to: 'service-b-v1.0.0', changes: 'no changes' },
      { service: 'service-c', result: 'already done' },
    ])
    expect(planned).toHaveLength(3)
    expect(measured).toEqual({
      terraformMs: expect.any(Number),
      synthMs: expect.any(Number),
      totalMs: expect.any(Number),
    })
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
  })

  it('refuse to destroy resources that take traffic until their addresses are given', async () => {
    const { route: _, ...unrouted } = routed
    const file = 'services/service-a/service.json'
    await world.commit({ [file]: imageService('service-a', { settings: unrouted })[file] ?? '' })
    const ofA = { ...staging, SERVICE: 'a' }
    const refused = await world.waybill(
      'deploy',
      { ...ofA, FORCE_COLOR: '1', NO_COLOR: '' },
      { process: true },
    )
    expect(refused.code).toBe(3)
    expect(refused.stdout).toContain(
      '\u001b[31m  - aws_lb_target_group.target_group is destroyed\u001b[39m\n',
    )
    const [, ALLOW_REPLACE = ''] =
      /ENV=staging SERVICE=service-a ALLOW_REPLACE=(\S+)/.exec(refused.stderr) ?? []
    expect(ALLOW_REPLACE.split(',')).toContain('aws_lb_target_group.target_group')
    const one = await world.waybill('deploy', { ...ofA, ALLOW_REPLACE: 'aws_lb_listener_rule.rule' })
    expect(one.code).toBe(3)
    expectDone(await world.waybill('deploy', { ...ofA, ALLOW_REPLACE }))
  })

  it('show the releases, the commits of the service between them, and each change', async () => {
    await world.commit(
      { 'services/service-b/main.txt': 'fold\n' },
      'Fold \u001b[31mfull-width\u001b[0m digits',
    )
    await world.commit({ 'README.md': 'Read me\n' }, 'Write docs')
    await world.ship('service-b', '1.1.0')
    world.emulator.clearRequests()
    const { code, stdout } = await world.waybill('deploy', { ...b, DRY_RUN: '1' })
    expect(code).toBe(0)
    expect(stdout).toContain(
      'service-b in staging: service-b-v1.0.0 → service-b-v1.1.0; 1 to update\n    2 new commits of this service\n',
    )
    expect(stdout).toMatch(
      / {6}[0-9a-f]{10} Make service-b-v1.1.0\n {6}[0-9a-f]{10} Fold .*full-width.* digits\n/,
    )
    expect(stdout).not.toContain('Write docs')
    expect(stdout).toContain('      s3_key: releases/service-b-v1.0.0.zip → releases/service-b-v1.1.0.zip\n')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toMatch(/\nNothing was changed \(DRY_RUN=1\)\.\n$/)
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
  })

  it('apply changed settings without a new release, but not settings that are not on the remote', async () => {
    const changed = zipService('service-b', { settings: { ...settings, memory: 512 } })
    const file = 'services/service-b/service.json'
    await world.commit({ [file]: changed[file] ?? '' }, 'Use more memory', false)
    const refused = await world.waybill('deploy', b)
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain('this work tree differs from main on the remote origin')
    expect(refused.stderr).toContain('files that define the stacks differ: services/service-b/service.json')
    const { stdout } = await world.waybill('plan', { ...staging, SERVICE: 'b,service-b' })
    expect(stdout.match(/service-b in staging/g)).toHaveLength(1)
    expect(stdout).toContain('memory_size: 256 → 512')
    expect(stdout).toContain(`this work tree differs from the remote: ${file}`)

    await world.git(['push', '--quiet', 'origin', 'HEAD'])
    expect((await world.json<{ results: object[] }>('deploy', b)).results).toMatchObject([
      { result: 'deployed', from: 'service-b-v1.0.0', to: 'service-b-v1.1.0' },
    ])
    expect(await live()).toEqual(['2', 512, 'service-b-v1.1.0'])
  })

  it('report drift: a pointer that somebody moved, a removed service', async () => {
    const { lambda } = clientsFor(world.emulator)
    const FunctionName = 'service-b-staging'
    const move = (FunctionVersion: string) =>
      lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'STAGING', FunctionVersion }))
    await move('1')
    await world.git(['rm', '-rq', 'services/service-a', 'cdktf/pins/staging/service-a.json'])
    await world.commit({}, 'Remove service-a')
    const { code, stdout } = await world.waybill('plan', { ...staging, ALL: '1' })
    expect(code).toBe(0)
    expect(stdout).toContain('  ✖ service-b: STAGING sends to version 1; applied is version 2\n')
    expect(stdout).toMatch(
      / {2}✖ service-a: there is no services\/service-a, but its state has \d+ resources: make destroy ENV=staging SERVICE=service-a\n/,
    )
    const { code: refused, stderr } = await world.waybill('deploy', staging)
    expect([refused, await live()]).toEqual([3, ['1', 256, 'service-b-v1.0.0']])
    expect(stderr).toContain('was sent back to service-b-v1.0.0, and its ledger does not say so')
    expect(stderr).toContain('make reconcile ENV=staging writes what is missing')
    await move('2')
    const { results } = await world.json<{ results: object[] }>('deploy', staging)
    expect(results).toMatchObject([
      { service: 'service-b', result: 'already done' },
      { service: 'service-c', result: 'already done' },
    ])
  })

  it('name what is left of an environment that is gone, and go on past a state that cannot be read', async () => {
    const { s3 } = clientsFor(world.emulator)
    const Bucket = 'waybill-state-111111111111-eu-central-1'
    const some = JSON.stringify({ resources: [{ mode: 'managed' }, { mode: 'data' }] })
    const states = {
      'qa/service-a.tfstate': some,
      'qa/service-b.tfstate': '{}',
      'access/qa.tfstate': '{',
      'staging/service-x.tfstate': '[]',
    }
    for (const [Key, Body] of Object.entries(states))
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    const seen = await world.waybill('plan', { ...staging, SERVICE: 'c', ALL: '1' })
    expect(seen.code).toBe(2)
    expect(seen.stderr).toContain(`the state s3://${Bucket}/staging/service-x.tfstate is not valid`)
    expect(seen.stderr).not.toContain('access/qa')
    expect(seen.stdout).toContain(
      ' ✖ service-a in qa: there is no environment qa, but its state has 1 resource: docs/operate.md says how to remove an environment\n',
    )
    expect(seen.stdout).toMatch(
      / ✖ access-qa: there is no environment qa, and its state cannot be read \(the state s3:.*access\/qa/,
    )
    expect(seen.stdout).toMatch(/ ✖ service-x: there is no services\/service-x, and its state cannot be read/)
    expect(seen.stdout).not.toContain('service-b in qa')
    const { code, stdout } = await world.waybill('plan', { ...staging, SERVICE: 'c', ALL: '1', JSON: '1' })
    expect(code).toBe(2)
    expect(JSON.parse(stdout).orphans).toContainEqual({
      state: `s3://${Bucket}/qa/service-a.tfstate`,
      environment: 'qa',
      service: 'service-a',
      why: 'there is no environment qa',
      resources: 1,
    })
    for (const Key of Object.keys(states)) await s3.send(new DeleteObjectCommand({ Bucket, Key }))
  })

  it('destroy a service without a folder by its short name, confirmed by its full name', async () => {
    const orphan = { ...staging, SERVICE: 'a' }
    const unasked = await world.waybill('destroy', orphan)
    expect(unasked.code).toBe(3)
    expect(unasked.stderr).toContain('this is not a terminal')
    expect(unasked.stderr).toContain('CONFIRM=service-a confirms it')
    expect(await world.waybill('destroy', { ...orphan, CONFIRM: 'a' })).toMatchObject({ code: 3 })
    world.emulator.clearRequests()
    const dry = await world.waybill('destroy', { ...orphan, CONFIRM: 'service-a', DRY_RUN: '1' })
    expect(expectDone(dry).stdout).toMatch(/ - aws_ecs_service.service is destroyed\n/)
    expect(writes(world.emulator).filter(write => !/tflock/.test(write))).toEqual([])
    const gone = await world.json<{ destroyed: string[] }>('destroy', { ...orphan, CONFIRM: 'service-a' })
    expect(gone.destroyed).toContain('aws_ecs_service.service')
    const again = await world.waybill('destroy', { ...orphan, CONFIRM: 'service-a' })
    expect(expectDone(again).stdout).toContain('there was nothing to destroy')
  })

  it('destroy what a dead run has locked, given the id of its lock', async () => {
    const lock = {
      Bucket: 'waybill-state-111111111111-eu-central-1',
      Key: 'staging/service-b.tfstate.tflock',
    }
    const UNLOCK = '11111111-2222-3333-4444-555555555555'
    const info = {
      ID: UNLOCK,
      Operation: 'OperationTypeApply',
      Who: 'dead@run',
      Created: '2026-01-02T03:04:05Z',
    }
    await clientsFor(world.emulator).s3.send(new PutObjectCommand({ ...lock, Body: JSON.stringify(info) }))
    const meant = { ...b, CONFIRM: 'service-b' }
    const locked = await world.waybill('destroy', meant, { env: { WAYBILL_LOCK_TIMEOUT: '0s' } })
    expect(locked.code).toBe(3)
    expect(locked.stderr).toContain(`make destroy ENV=staging SERVICE=service-b UNLOCK=${UNLOCK}`)
    expectDone(await world.waybill('destroy', { ...meant, DRY_RUN: '1', UNLOCK }))
  })

  it('warn that a destroyed service comes back while it is pinned', async () => {
    const { stdout } = expectDone(await world.waybill('destroy', { ...b, CONFIRM: 'service-b' }))
    expect(stdout).toContain('service-b in staging is gone: 9 resources destroyed')
    expect(stdout).toContain('remove cdktf/pins/staging/service-b.json in a commit')
  })

  async function live() {
    const { lambda } = clientsFor(world.emulator)
    const asked = { FunctionName: 'service-b-staging', Qualifier: 'STAGING' }
    const { Configuration } = await lambda.send(new GetFunctionCommand(asked))
    return [Configuration?.Version, Configuration?.MemorySize, Configuration?.Description]
  }
})
