import { beforeAll, describe, expect, it } from 'vitest'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { zipService } from '../../../support/world.ts'

const staging = { ENV: 'staging' }
const brokenFile = 'services/service-a/service.json'
let world: DeployWorld

describe.skipIf(!(await hasTerraform()))('a broken service.json on main', () => {
  const onFinished = afterSuite()
  beforeAll(async () => {
    const files = { ...zipService('service-a'), ...zipService('service-b'), ...zipService('service-c') }
    world = await makeDeployWorld({ files, repositories: [], onFinished })
    for (const name of ['service-a', 'service-b']) await world.pinned(name, '1.0.0')
    await world.ship('service-b', '1.1.0')
    await world.commit({ [brokenFile]: '{' })
  })

  it('costs only its own service in a build, and fails the build at its end', async () => {
    const listed = await world.waybill('build', { DRY_RUN: '1', JSON: '1' })
    expect(listed.code).toBe(2)
    const { builds, error } = JSON.parse(listed.stdout)
    expect(builds.map(({ service }: { service: string }) => service)).toEqual(['service-b', 'service-c'])
    expect(error.problem).toContain(brokenFile)
    const built = await world.waybill('build')
    expect(built.code).toBe(2)
    expect(built.stdout).toMatch(/service-c +\S+ +sha256:\S+ +stored now/)
    expectDone(await world.waybill('build', { SERVICE: 'b,c' }))
    expect(await world.waybill('build', { SERVICE: 'a' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(brokenFile),
    })
  })

  it('costs only its own service in a plan and a deploy, rollbacks included', async () => {
    for (const command of ['plan', 'deploy']) {
      const { code, stdout, stderr } = await world.waybill(command, staging)
      expect({ command, code }).toEqual({ command, code: 2 })
      expect(stdout).toContain('service-b-v1.1.0')
      expect(stderr).toContain(brokenFile)
    }
    const back = { ...staging, TAG: 'service-b-v1.0.0', ALLOW_OLDER: '1' }
    expectDone(await world.waybill('pin', back))
    await world.git(['pull', '--quiet', '--rebase', 'origin', 'main'])
    const { code, stdout } = await world.waybill('deploy', staging)
    expect(code).toBe(2)
    expect(stdout).toContain('service-b: staging runs service-b-v1.0.0')
    expect(stdout).toMatch(/✖ service-a: services\/service-a\/service.json/)
    expectDone(await world.waybill('deploy', { ...staging, SERVICE: 'b' }))
  })

  it('is a finding of reconcile, beside all others', async () => {
    const { code, stdout } = await world.waybill('reconcile', { JSON: '1' })
    const { findings } = JSON.parse(stdout)
    expect(code).toBe(2)
    expect(findings).toEqual([
      { subject: brokenFile, problem: expect.stringContaining('is not JSON'), fixable: false },
    ])
  })
})
