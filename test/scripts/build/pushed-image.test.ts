import { describe, expect, it } from 'vitest'
import { faultOfPushed, platformIn, readPushed } from '../../../scripts/build/pushed-image.ts'
import { parseServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { sampleImage, sampleIndex } from '../../emulator/sample-image.ts'

function configOf(kind: string, build: object = {}) {
  const source = { name: 'service.json', remedy: 'Correct it.' }
  const pushing = { command: 'make push', pushes: true, ...build }
  return parseServiceConfig(JSON.stringify({ kind, build: pushing }), source)
}

const image = sampleImage('one')
const index = sampleIndex([image, sampleImage('two')])
const arm = sampleIndex([image], 'arm64')
const chart = sampleImage('chart', {
  config: {
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
    digest: image.digest,
    size: 2,
  },
})
const both = { platforms: ['linux/amd64', 'linux/arm64'] }

describe('an image that a command pushed', () => {
  it.each([
    ['one image for ECS', configOf('ecs-service'), image, 'linux/amd64', undefined],
    ['one image for a Lambda', configOf('lambda-image'), image, 'linux/amd64', undefined],
    ['one whose platform cannot be read', configOf('lambda-image'), image, undefined, undefined],
    ['one for the other platform', configOf('lambda-image'), image, 'linux/arm64', 'it is for linux/arm64'],
    ['one, where two are wanted', configOf('ecs-service', both), image, 'linux/amd64', 'it is one image'],
    ['an index of both', configOf('ecs-service', both), index, undefined, undefined],
    ['an index of more than is wanted', configOf('ecs-service'), index, undefined, undefined],
    ['an index of the other', configOf('ecs-service'), arm, undefined, 'it has no image for linux/amd64'],
    [
      'an index for a Lambda',
      configOf('lambda-image'),
      index,
      undefined,
      'it is an index, which lambda-image',
    ],
    ['no image at all', configOf('ecs-service'), chart, undefined, 'neither that of an image nor'],
  ])('%s', (_, config, { manifest }, platform, fault) => {
    const found = faultOfPushed({ config }, readPushed(manifest), platform)
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(fault)
  })

  it('says its platform in its configuration', () => {
    expect(platformIn(image.blobs[0]?.toString() ?? '')).toBe('linux/amd64')
    expect(platformIn('{}')).toBeUndefined()
  })
})

it.each([
  [{ command: undefined }, 'build.command: must push the image, since pushes is true'],
  [{ target: 'runtime' }, 'build.target: must be left out, since pushes is true'],
  [{ dockerfile: 'Dockerfile' }, 'build.dockerfile: must be left out'],
])('with pushes, %j is refused', (build, message) => {
  expect(() => configOf('ecs-service', build)).toThrow(message)
})
