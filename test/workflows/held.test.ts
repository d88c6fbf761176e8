import { expect, it } from 'vitest'
import { expectDone } from '../support/deploy.ts'
import { everyCase } from '../support/sample.ts'
import { zipService } from '../support/world.ts'
import { complaints, jobsOf, makePipeline } from './pipeline.ts'

const limit = 240_000

it.runIf(everyCase)(
  'a held service is skipped, and the summary says who holds it and why, until it is resumed',
  async ({ onTestFinished }) => {
    const world = await makePipeline({
      onFinished: onTestFinished,
      services: zipService('service-b'),
      async before(before) {
        await before.pinned('service-b', '1.0.0')
        expectDone(await before.waybill('hold', { ENV: 'staging', SERVICE: 'b', REASON: 'loses orders' }))
      },
    })
    const { runner } = world
    const deploy = async () => {
      await runner.dispatch('deploy', { environment: 'staging', service: 'b' })
      await runner.idle()
      return runner.runs().at(-1)
    }
    const held = await deploy()
    expect(complaints(runner.runs())).toEqual([])
    const skipped = ['deploy / approval skipped', 'deploy / apply skipped']
    expect(jobsOf(held)).toEqual([
      'pin skipped',
      'deploy / deploy skipped',
      'deploy / plan success',
      ...skipped,
    ])
    expect(held?.jobs[2]?.summary).toMatch(/service-b gets no deploy: held by \S+ since .* UTC: loses orders/)

    expectDone(await world.waybill('resume', { ENV: 'staging', SERVICE: 'b', REASON: 'fixed' }))
    const freed = await deploy()
    expect(jobsOf(freed).at(-1)).toBe('deploy / apply success')
  },
  limit,
)
