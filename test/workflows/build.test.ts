import { expect, it } from 'vitest'
import { readImage, readObject } from '../support/releases.ts'
import { everyCase } from '../support/sample.ts'
import { imageService, zipService } from '../support/world.ts'
import { complaints, jobsOf, makePipeline } from './pipeline.ts'

it.runIf(everyCase)(
  'a push to main builds and attests what is not built yet, each service in a job, and nothing for the docs',
  async ({ onTestFinished }) => {
    const world = await makePipeline({
      onFinished: onTestFinished,
      services: { ...imageService('service-a'), ...zipService('service-b') },
      repositories: ['service-a-image'],
    })
    const { runner } = world
    const first = await world.git(['rev-parse', 'HEAD'])
    await world.commit({ 'README.md': 'Docs, built with what was there before\n' })
    await runner.idle()
    expect(complaints(runner.runs())).toEqual([])
    expect(jobsOf(runner.runs()[0]).sort()).toEqual(
      ['find success', 'build (service-a) success', 'build (service-b) success'].sort(),
    )
    const image = await readImage(world, 'service-a-image', first)
    expect(image?.digest).toMatch(/^sha256:/)
    expect(await readObject(world, `builds/service-b-${first}.zip`)).toBeDefined()
    const attested = runner
      .runs()[0]
      ?.jobs.flatMap(({ steps }) => steps.map(({ log }) => log).filter(log => log.startsWith('attested')))
      .sort()
    expect(attested).toEqual([
      `attested 111111111111.dkr.ecr.eu-central-1.amazonaws.com/service-a-image ${image?.digest}`,
      expect.stringMatching(new RegExp(`^attested builds/service-b-${first}\\.zip sha256:[0-9a-f]{64}$`)),
    ])

    await world.commit({ 'README.md': 'More docs\n' })
    await runner.idle()
    expect(jobsOf(runner.runs()[1])).toEqual(['find success', 'build skipped'])
  },
)
