import { expect, it } from 'vitest'
import {
  commitName,
  imageOf,
  printArtifactName,
  recordKey,
  releaseName,
  repositoriesOf,
} from '../../../scripts/artifacts/names.ts'
import { printContent } from '../../../scripts/artifacts/types.ts'
import { commit, config, digest, service, tag } from '../samples.ts'

const source = 'c'.repeat(40)

it.each([
  ['ecs-service', {}, `service-a-image:${source}`, 'service-a-image:service-a-v1.1.0'],
  ['lambda-image', {}, `service-a-image:${source}`, 'service-a-image:service-a-v1.1.0'],
  ['ecs-service', { repository: 'team/old' }, `team/old:${source}`, 'team/old:service-a-v1.1.0'],
  ['lambda-image', { repository: 'team/old' }, `team/old:${source}`, 'team/old:service-a-v1.1.0'],
  ['lambda-zip', {}, `builds/service-a-${source}.zip`, 'releases/service-a-v1.1.0.zip'],
] as const)('%s %j is built as %s and released as %s', (kind, more, built, released) => {
  const release = tag('service-a-v1.1.0')
  const declared = config(kind, more)
  expect(printArtifactName(commitName(release.service, declared, commit('c')))).toBe(built)
  expect(printArtifactName(releaseName(release, declared))).toBe(released)
})

it('only images are in ECR', () => {
  const [image, zip] = [config('ecs-service', {}), config('lambda-zip', {})]
  const release = tag('service-a-v1.1.0')
  expect(imageOf(releaseName(release, image))).toMatchObject({ tag: 'service-a-v1.1.0' })
  expect(imageOf(releaseName(release, zip))).toBeUndefined()
  const services = [[service('service-b'), zip] as const, [service('service-a'), image] as const]
  expect(repositoriesOf(services)).toEqual([
    { service: 'service-a', config: image, repository: 'service-a-image' },
  ])
})

it('a commit message says what kind of hash the content of a zip has', () => {
  expect(printContent({ digest: digest('1') })).toBe(`sha256:${'1'.repeat(64)}`)
  expect(printContent({ sha256: '2'.repeat(64) })).toBe(`sha256 ${'2'.repeat(64)}`)
})

it('the key of a record is beside those of the zips', () => {
  expect(recordKey(tag('service-a-v1.1.0-rc.1'))).toBe('releases/service-a-v1.1.0-rc.1.json')
})
