import { expect, it } from 'vitest'
import { commitName, printArtifactName, recordKey, releaseName } from '../../../scripts/artifacts/names.ts'
import { commit, config, tag } from '../samples.ts'

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

it('the key of a record is beside those of the zips', () => {
  expect(recordKey(tag('service-a-v1.1.0-rc.1'))).toBe('releases/service-a-v1.1.0-rc.1.json')
})
