import { describe, expect, it } from 'vitest'
import { imageOptions } from '../../../scripts/build/image-options.ts'
import { parseServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'

const service = 'service-a' as ServiceName

function configOf(build: object) {
  const source = { name: 'service.json', remedy: 'Correct it.' }
  return parseServiceConfig(JSON.stringify({ kind: 'ecs-service', build }), source)
}

describe("what docker's build is told", () => {
  it('is what service.json says, with the values of the variables that it names', () => {
    const config = configOf({
      target: 'runtime',
      args: { VERSION: '1.25', CHANNEL: { variable: 'JOBS_CHANNEL' } },
      secrets: { npm: { variable: 'NPM_TOKEN' }, netrc: { file: '.netrc' } },
      cacheFrom: ['type=registry,ref=registry.acme.com/cache'],
    })
    const environment = { JOBS_CHANNEL: 'beta', NPM_TOKEN: 'hidden', ACTIONS_RUNTIME_TOKEN: 'key' }
    expect(imageOptions({ service, config }, environment)).toEqual({
      args: { VERSION: '1.25', CHANNEL: 'beta' },
      target: 'runtime',
      secrets: [
        { id: 'npm', variable: 'NPM_TOKEN' },
        { id: 'netrc', file: '.netrc' },
      ],
      cacheFrom: ['type=registry,ref=registry.acme.com/cache'],
      cacheTo: [],
      variables: {},
    })
  })

  it("has the variables of GitHub's cache only for a cache there, and never those of its tokens", () => {
    const environment = {
      ACTIONS_RUNTIME_TOKEN: 'key',
      ACTIONS_RESULTS_URL: 'https://results.example/',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'way to a role',
      GITHUB_TOKEN: 'token',
    }
    const config = configOf({ cacheTo: ['type=gha,mode=max'] })
    expect(imageOptions({ service, config }, environment).variables).toEqual({
      ACTIONS_RUNTIME_TOKEN: 'key',
      ACTIONS_RESULTS_URL: 'https://results.example/',
    })
  })

  it('names every variable that is not set', () => {
    const config = configOf({
      args: { CHANNEL: { variable: 'CHANNEL' } },
      secrets: { npm: { variable: 'NPM_TOKEN' } },
    })
    expect(() => imageOptions({ service, config }, {})).toThrow(
      expect.objectContaining({
        message: 'the image of service-a needs 2 variables that this job does not have',
        cause:
          'build.args.CHANNEL is the value of CHANNEL, which is not set\nbuild.secrets.npm is the value of NPM_TOKEN, which is not set',
      }),
    )
  })
})

it.each([
  [{ args: { A: { variable: 'GITHUB_TOKEN' } } }, 'must not be a credential of the job'],
  [{ args: { 'A B': '1' } }, 'must be the name of an ARG'],
  [{ secrets: { a: { variable: 'AWS_SECRET_ACCESS_KEY' } } }, 'must not be a credential of the job'],
  [{ secrets: { a: { file: '../x' } } }, 'must be a path, without .. and commas'],
  [{ secrets: { a: { file: 'x,env=HOME' } } }, 'must be a path, without .. and commas'],
  [{ secrets: { 'a,env=HOME': { file: 'x' } } }, 'must be the id of a secret'],
  [{ target: '--push' }, 'must be the name of a stage'],
  [{ cacheFrom: ['--output=x'] }, 'must be a cache of buildx'],
  [{ cacheTo: ['type=s3,bucket=a,secret_access_key=x'] }, 'must not hold a credential'],
])('%j is refused', (build, message) => {
  expect(() => configOf(build)).toThrow(message)
})
