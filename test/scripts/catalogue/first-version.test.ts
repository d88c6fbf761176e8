import { expect, it } from 'vitest'
import { parseEnvironmentsFile, parseServiceFile } from '../../../scripts/catalogue/sources.ts'

/*
 * The files of the first version, as they were. A field of it that is no longer accepted is an error for everybody who has
 * it, so whoever makes it one writes the message that says what to write instead, and changes the expectation here.
 */

const at = (account: string) => ({ account, region: 'eu-central-1' })

it('environments.json of the first version is accepted', () => {
  const first = {
    $schema: '../docs/schemas/environments.schema.json',
    releaseBranches: ['main', 'hotfix/*'],
    artifacts: { ...at('111111111111'), bucket: 'waybill-artifacts-111111111111' },
    environments: {
      staging: { ...at('222222222222'), deploy: 'auto' },
      prod: { ...at('333333333333'), deploy: 'manual', preReleases: false },
    },
  }
  const { environments, releaseBranches } = parseEnvironmentsFile(JSON.stringify(first))
  expect(releaseBranches).toEqual(first.releaseBranches)
  expect(environments).toMatchObject(first.environments)
})

it.each([
  [
    'service-a',
    {
      kind: 'ecs-service',
      build: { dockerfile: 'Dockerfile', context: 'services/service-a', platforms: ['linux/amd64'] },
    },
  ],
  ['service-b', { kind: 'lambda-zip', build: { command: 'rm -rf dist && tsc', output: 'dist' } }],
  ['service-c', { kind: 'lambda-image', build: { dockerfile: 'Dockerfile' } }],
])('service.json of the first version is accepted: %s', (name, first) => {
  const shared = {
    $schema: '../../docs/schemas/service.schema.json',
    description: 'Quotes prices for parcels',
    inputs: [`services/${name}/**`, `!services/${name}/test/**`, 'package-lock.json'],
  }
  const [, config] = parseServiceFile(name, JSON.stringify({ ...shared, ...first }))
  expect(config).toMatchObject({ inputs: shared.inputs, kind: first.kind })
})
