import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { expectDone } from '../support/deploy.ts'
import { pushTag, storeZip } from '../support/releases.ts'
import { everyCase, everything } from '../support/sample.ts'
import { zipService } from '../support/world.ts'
import { complaints, jobsOf, makePipeline, pinnedTag } from './pipeline.ts'

const limit = 240_000

it.runIf(everyCase)(
  'a person deploys a release to production, by exactly the plan that was approved, and rolls it back',
  async ({ onTestFinished }) => {
    const world = await makePipeline({
      onFinished: onTestFinished,
      services: zipService('service-b'),
      async before(before) {
        expectDone(await before.waybill('bootstrap', { ENV: 'prod' }))
        await before.pinned('service-b', '1.0.0', 'prod')
        await before.release('service-b', '1.1.0')
      },
    })
    const { runner } = world
    await runner.dispatch('deploy', { environment: 'prod', service: 'service-b' })
    await runner.idle()
    await runner.dispatch('deploy', { environment: 'prod', tag: 'service-b-v1.1.0' })
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    const [, deployed, ...others] = runner.runs()
    expect(others).toEqual([])
    expect(jobsOf(deployed)).toEqual([
      'pin / pin success',
      'deploy / deploy skipped',
      'deploy / plan success',
      'deploy / approval success',
      'deploy / apply success',
    ])
    const [, , plan, approval, apply] = deployed?.jobs ?? []
    expect([approval?.environment, apply?.environment]).toEqual(['prod-approval', 'prod'])
    expect(plan?.outputs.file).toMatch(/^s3:\/\/[a-z0-9-]+\/plans\/prod\/service-b\/[0-9a-f]{64}\.plan$/)
    expect(plan?.outputs.file).toContain(plan?.outputs.sha256)
    expect(approval?.summary).toContain(plan?.outputs.sha256)
    expect(await pinnedTag(world, 'prod', 'service-b')).toBe('service-b-v1.1.0')

    // Nothing to do asks nobody for an approval.
    await runner.dispatch('deploy', { environment: 'prod', service: 'service-b' })
    await runner.idle()
    expect(jobsOf(runner.runs()[2])).toEqual([
      'pin skipped',
      'deploy / deploy skipped',
      'deploy / plan success',
      'deploy / approval skipped',
      'deploy / apply skipped',
    ])

    await runner.dispatch('rollback', { environment: 'prod', service: 'b', reason: 'loses "orders" $(id)' })
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    expect(jobsOf(runner.runs()[3])).toEqual(['rollback / approval success', 'rollback / rollback success'])
    const [approved, back] = runner.runs()[3]?.jobs ?? []
    expect([approved?.environment, back?.environment]).toEqual(['prod-approval', 'prod'])
    expect(await pinnedTag(world, 'prod', 'service-b')).toBe('service-b-v1.0.0')
    expect(back?.summary).toContain('is back on service-b-v1.0.0')
  },
  limit,
)

it.runIf(everything)(
  'where main is protected, the pin of a release comes as a pull request, once, and nothing is deployed',
  async ({ onTestFinished }) => {
    const world = await makePipeline({
      onFinished: onTestFinished,
      services: zipService('service-b'),
      runner: { vars: { WAYBILL_PIN: 'pull-request' } },
    })
    const { runner } = world
    const commit = await world.git(['rev-parse', 'HEAD'])
    await storeZip(world, 'service-b', commit)
    await pushTag(world, 'service-b-v1.0.0', commit)
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    expect(jobsOf(runner.runs()[0])).toEqual(['release / release success', 'release / bring skipped'])
    const branch = 'pin/staging/service-b-v1.0.0'
    expect(await readFile(runner.pullRequests, 'utf8')).toBe(`${branch} main\n`)
    expect(runner.runs()[0]?.jobs[0]?.summary).toContain(branch)
    expect(await pinnedTag(world, 'staging', 'service-b')).toBeUndefined()

    await runner.dispatch('deploy', { environment: 'staging', tag: 'service-b-v1.0.0' })
    await runner.idle()
    expect(await readFile(runner.pullRequests, 'utf8')).toBe(`${branch} main\n`)
    expect(jobsOf(runner.runs()[1])).toEqual(['pin / pin success', 'deploy skipped'])
  },
  limit,
)
