import { expect, it } from 'vitest'
import type { UserError } from '../../../scripts/base/user-error.ts'
import { checkBuilds, selectServices } from '../../../scripts/build/selection.ts'
import type { ServiceConfig } from '../../../scripts/catalogue/service-config.ts'
import { config, sampleError, service, userError } from '../samples.ts'

function services(configs: Record<string, ServiceConfig>) {
  const all = Object.entries(configs).map(([name, declared]) => [service(name), declared] as const)
  return { services: new Map(all), broken: new Map<string, UserError>() }
}

function named(...names: string[]) {
  return names.map(service)
}

const own = (name: string) => config('ecs-service', { inputs: [`services/${name}/**`] })
const two = services({ 'service-a': own('service-a'), 'service-b': own('service-b') })

it.each([
  [undefined, ['service-a', 'service-b']],
  [['a'], ['service-a']],
  [['service-b'], ['service-b']],
  [
    ['b', 'a'],
    ['service-b', 'service-a'],
  ],
  [['a', 'service-a', 'a'], ['service-a']],
])('SERVICE=%j builds %j', (names, expected) => {
  expect([...selectServices(two, names && named(...names)).services.keys()]).toEqual(expected)
})

it('SERVICE=a is the folder a where there is one, else service-a', () => {
  const both = services({ 'service-a': own('service-a'), a: own('a') })
  expect([...selectServices(both, named('a')).services.keys()]).toEqual(['a'])
})

it('refuses an unknown service, and lists those that exist', () => {
  const error = userError(() => selectServices(two, named('a', 'c')))
  expect(error).toMatchObject({
    message: 'there is no service c',
    remedy: 'There are: service-a, service-b.',
    ending: 'badInput',
  })
  expect(userError(() => selectServices(services({}), named('c'))).remedy).toBe('There are: none.')
})

it('a service that cannot be used costs only itself, unless it is named', () => {
  const fault = sampleError('services/service-c/service.json is not valid JSON')
  const all = { ...two, broken: new Map([['service-c', fault]]) }
  expect(selectServices(all, undefined)).toEqual({ services: two.services, left: [fault] })
  expect(selectServices(all, named('a')).left).toEqual([])
  for (const name of ['c', 'service-c'])
    expect(userError(() => selectServices(all, named('a', name)))).toBe(fault)
})

it.each([[[]], [['README.md', 'services/service-c/x', 'cdktf/pins/prod/service-a.json']]])(
  'uncommitted %j does not matter: no build is made from it',
  paths => {
    expect(() => checkBuilds(two.services, paths)).not.toThrow()
  },
)

it('uncommitted inputs are refused, by service, for all services at once', () => {
  const error = userError(() =>
    checkBuilds(two.services, [
      'services/service-b/x y',
      'README.md',
      'services/service-a/a.ts',
      'services/service-b/\u202e',
    ]),
  )
  expect(error.message).toMatch(/^uncommitted changes in the inputs of 2 services:/)
  expect(error.cause?.split('\n')).toEqual([
    'service-a: services/service-a/a.ts',
    'service-b: "services/service-b/x y", "services/service-b/\\u{202e}"',
  ])
  expect(error.ending).toBe('refused')
})

it('a service without declared inputs is built from everything, so any change is refused', () => {
  const whole = services({ 'service-a': config('ecs-service') })
  expect(userError(() => checkBuilds(whole.services, ['README.md'])).message).toContain(
    'inputs of 1 service:',
  )
  expect(() => checkBuilds(whole.services, ['cdktf/pins/prod/service-a.json'])).not.toThrow()
})

it('lists five of many uncommitted files', () => {
  const paths = [1, 2, 3, 4, 5, 6, 7].map(number => `services/service-a/${number}`)
  expect(userError(() => checkBuilds(two.services, paths)).cause).toMatch(/^service-a: .*\/5, and 2 more$/)
  expect(userError(() => checkBuilds(two.services, paths.slice(0, 5))).cause).not.toContain('more')
})

it.each([
  [config('ecs-service', { repository: 'old' }), config('lambda-image', { repository: 'old' }), 'old'],
  [config('ecs-service'), config('ecs-service', { repository: 'service-a-image' }), 'service-a-image'],
])('two services in one repository are refused: %j, %j', (a, b, repository) => {
  const error = userError(() => checkBuilds(services({ 'service-a': a, 'service-b': b }).services, []))
  expect(error.message).toBe(`service-a and service-b share the repository ${repository}`)
  expect(error.ending).toBe('badInput')
})

it('lets zips share a bucket', () => {
  const zips = services({ 'service-a': config('lambda-zip'), 'service-b': config('lambda-zip') })
  expect(() => checkBuilds(zips.services, [])).not.toThrow()
})
