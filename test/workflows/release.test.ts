import { describe, expect, it } from 'vitest'
import { deployEnvironments } from '../support/deploy.ts'
import { pushTag, storeZip } from '../support/releases.ts'
import { everyCase, everything } from '../support/sample.ts'
import { zipService } from '../support/world.ts'
import { complaints, jobsOf, makePipeline, pinnedTag } from './pipeline.ts'

const limit = 240_000

const released = [
  'release / release success',
  'release / bring (staging) / deploy / plan skipped',
  'release / bring (staging) / deploy / approval skipped',
  'release / bring (staging) / deploy / apply skipped',
  'release / bring (staging) / deploy / deploy success',
  'release / bring (staging) / verify success',
]

describe('a pushed tag', () => {
  it(
    'is released, deployed and verified by three jobs, by the workflows as they are',
    async ({ onTestFinished }) => {
      const world = await makePipeline({ onFinished: onTestFinished, services: zipService('service-b') })
      const { runner } = world
      const commit = await world.git(['rev-parse', 'HEAD'])
      await storeZip(world, 'service-b', commit)
      const from = performance.now()
      await pushTag(world, 'service-b-v1.0.0', commit)
      await runner.idle()
      // How long it took is told, never judged: a busy machine is not a fault.
      process.stdout.write(`from tag to verified: ${Math.round(performance.now() - from)} ms\n`)

      expect(complaints(runner.runs())).toEqual([])
      // The pin is pushed with the job's own token, so that it starts no run of its own.
      expect(runner.runs()).toHaveLength(1)
      const [run] = runner.runs()
      expect(jobsOf(run)).toEqual(released)
      expect(await pinnedTag(world, 'staging', 'service-b')).toBe('service-b-v1.0.0')
      const apply = run?.jobs.find(({ name }) => name.endsWith('deploy / deploy'))
      expect(apply?.environment).toBe('staging')
      expect(apply?.summary).toContain('staging runs service-b-v1.0.0')
      expect(run?.jobs.at(-1)?.summary).toContain('Every link holds.')
      expect(JSON.stringify(run)).not.toContain('emulator-secret')
    },
    limit,
  )

  it(
    'of an artifact that is not built yet ends at its promotion, and says so',
    async ({ onTestFinished }) => {
      const world = await makePipeline({ onFinished: onTestFinished, services: zipService('service-b') })
      await pushTag(world, 'service-b-v1.0.0', await world.git(['rev-parse', 'HEAD']))
      await world.runner.idle()
      const [run] = world.runner.runs()
      expect(jobsOf(run).filter(job => !job.endsWith('skipped'))).toEqual(['release / release failure'])
      expect(run?.jobs[0]?.summary).toContain('Not ready: the artifact is not built yet')
      expect(await pinnedTag(world, 'staging', 'service-b')).toBeUndefined()
    },
    limit,
  )

  it.runIf(everyCase)(
    'that one environment refuses is brought to the others',
    async ({ onTestFinished }) => {
      const { staging } = deployEnvironments.environments
      const world = await makePipeline({
        onFinished: onTestFinished,
        services: zipService('service-b'),
        async before(before) {
          const environments = { dev: staging, ...deployEnvironments.environments }
          const text = JSON.stringify({ ...deployEnvironments, environments })
          await before.commit({ 'cdktf/environments.json': text }, 'Add dev')
          await before.ship('service-b', '1.1.0', 'staging')
        },
      })
      const { runner } = world
      const commit = await world.git(['rev-list', '--max-parents=0', 'HEAD'])
      await storeZip(world, 'service-b', commit)
      await pushTag(world, 'service-b-v1.0.1', commit)
      await runner.idle()
      const ended = jobsOf(runner.runs()[0]).filter(job => !job.endsWith('skipped'))
      expect(ended.toSorted()).toEqual([
        'release / bring (dev) / deploy / deploy success',
        'release / bring (dev) / verify success',
        'release / release failure',
      ])
      expect(await pinnedTag(world, 'dev', 'service-b')).toBe('service-b-v1.0.1')
      expect(await pinnedTag(world, 'staging', 'service-b')).toBe('service-b-v1.1.0')
    },
    limit,
  )

  it.runIf(everything)(
    'comes with others, one by one within a second: each is released, pinned and deployed, and none is lost',
    async ({ onTestFinished }) => {
      const all = Array.from({ length: 10 }, (_, index) => `service-s${index}`)
      const files = Object.assign({}, ...all.map(service => zipService(service)))
      const world = await makePipeline({ onFinished: onTestFinished, services: files })
      const { runner } = world
      const commit = await world.git(['rev-parse', 'HEAD'])
      for (const service of all) {
        await storeZip(world, service, commit)
        await world.git(['tag', '--annotate', '--message', service, `${service}-v1.0.0`])
      }
      const from = performance.now()
      for (const service of all) await world.git(['push', '--quiet', 'origin', `${service}-v1.0.0`])
      process.stdout.write(`ten tags pushed within ${Math.round(performance.now() - from)} ms\n`)
      await runner.idle()
      process.stdout.write(`ten tags verified within ${Math.round(performance.now() - from)} ms\n`)
      expect(complaints(runner.runs())).toEqual([])
      expect(runner.runs().map(({ ref }) => ref)).toEqual(all.map(name => `refs/tags/${name}-v1.0.0`))
      for (const run of runner.runs()) expect(jobsOf(run)).toEqual(released)
      const pins = await Promise.all(all.map(service => pinnedTag(world, 'staging', service)))
      expect(pins).toEqual(all.map(service => `${service}-v1.0.0`))
    },
    2 * limit,
  )
})
