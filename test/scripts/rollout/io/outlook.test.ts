import { beforeAll, describe, expect, it } from 'vitest'
import { hasTerraform } from '../../../provider/workspace.ts'
import { afterSuite } from '../../../support/cleanup.ts'
import { type DeployWorld, expectDone, makeDeployWorld } from '../../../support/deploy.ts'
import { zipService } from '../../../support/world.ts'

const hourMs = 60 * 60_000
const staging = { ENV: 'staging' }
const names = ['service-b', 'service-c', 'service-d']
const phased = { settings: { strategy: '5%/15m, 50%/30m, 100%/10m' } }

/** Two services whose settings have phases since they were deployed, and one without. */
describe.skipIf(!(await hasTerraform()))('make plan of rollouts in phases', () => {
  const onFinished = afterSuite()
  let world: DeployWorld

  beforeAll(async () => {
    const files = Object.assign({}, ...names.map(name => zipService(name)))
    world = await makeDeployWorld({ files, repositories: [], onFinished })
    for (const name of names) await world.ship(name, '1.0.0')
    expectDone(await world.waybill('deploy', staging))
    await world.commit({ ...zipService('service-b', phased), ...zipService('service-c', phased) })
  })

  /** What the alias of a service counted an hour, or several, ago. */
  function serve(service: string, hoursAgo: number, requests: number, errors: number): void {
    const dimensions = { FunctionName: `${service}-staging`, Resource: `${service}-staging:STAGING` }
    const metric = { namespace: 'AWS/Lambda', dimensions, at: world.emulator.now() - hoursAgo * hourMs }
    world.emulator.recordMetric({ ...metric, name: 'Invocations', value: requests })
    world.emulator.recordMetric({ ...metric, name: 'Errors', value: errors })
  }

  const called = (name: string) =>
    world.emulator.requests().filter(({ operation }) => operation === name).length

  it('has nothing to say where nothing changes, unless a service is named', async () => {
    world.emulator.clearRequests()
    expect(expectDone(await world.waybill('plan', staging)).stdout).not.toContain('rollout:')
    expect(called('GetMetricData')).toBe(0)
    const { stdout } = expectDone(await world.waybill('plan', { ...staging, SERVICE: 'b' }))
    expect(stdout).toContain('what its phases detect is not known: it had no requests in the last week')
  })

  it("says what each phase detects by last week's traffic, of all services in one call", async () => {
    for (const name of names) await world.ship(name, '1.1.0')
    for (let hour = 1; hour <= 167; hour++) serve('service-b', hour, 6000, 30)
    // It has run for two days only, and there was more before last week.
    for (let hour = 1; hour <= 48; hour++) serve('service-c', hour, 600, 0)
    serve('service-b', 24 * 8, 1_000_000, 1_000_000)
    world.emulator.clearRequests()
    const { stdout } = expectDone(await world.waybill('plan', staging))
    expect(stdout).toMatch(
      /phase 1 sees about 7\d requests and detects error rates from 1[12] %\n *phase 2 sees about 1[45]\d\d requests/,
    )
    expect(stdout).toMatch(
      / {6}phase 1 sees about [78] requests.*\n.*\n.*\n {6}phase 1 sees fewer than 50 requests, so the rollout goes back/,
    )
    expect(stdout.match(/rollout:/g)).toHaveLength(2)
    expect(called('GetMetricData')).toBe(1)
  })

  it('answers the same as JSON', async () => {
    const { plans } = await world.json<{ plans: { rollout?: object }[] }>('plan', {
      ...staging,
      SERVICE: 'b,d',
    })
    expect(plans.map(({ rollout }) => rollout)).toEqual([
      {
        strategy: '5%/15m, 50%/30m, 100%/10m',
        phases: [
          expect.objectContaining({
            phase: 1,
            share: 5,
            minutes: 15,
            isFull: true,
            requests: expect.any(Number),
          }),
          expect.objectContaining({ phase: 2 }),
          expect.objectContaining({ phase: 3 }),
        ],
      },
      undefined,
    ])
  })

  it.each(['access-denied', 'throttle', 'empty-200'] as const)(
    'does not fail because of CloudWatch (%s), and says so',
    async kind => {
      const clear = world.emulator.inject({ operation: 'GetMetricData', kind })
      const { stdout } = expectDone(await world.waybill('plan', staging))
      clear()
      expect(stdout).toContain('what its phases detect is not known: cannot read metrics of CloudWatch: ')
      expect(stdout).toContain('Nothing was changed. To apply it')
    },
  )
})
