import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseServiceConfig, serviceConfigSchema } from '../../../scripts/catalogue/service-config.ts'
import { userError } from '../samples.ts'

const root = new URL('../../../', import.meta.url)
const source = { name: 'services/x/service.json', remedy: 'Correct it.' }
const parse = (value: unknown) => parseServiceConfig(JSON.stringify(value), source)

const zip = { kind: 'lambda-zip', build: { command: 'make', output: 'dist' } }
const lambda = { kind: 'lambda-image' }
const ecs = { kind: 'ecs-service' }
const image = (build: object) => ({ ...ecs, build })
const output = (folder: string) => ({ ...zip, build: { ...zip.build, output: folder } })

it.each([
  [ecs, { kind: 'ecs-service', build: { platforms: ['linux/amd64'] } }],
  [lambda, { kind: 'lambda-image', build: { platforms: ['linux/amd64'] } }],
  [zip, zip],
])('%j is enough and parses to %j', (value, config) => {
  expect(parse(value)).toEqual(config)
})

it.each([
  { ...ecs, inputs: ['services/x/**', '!**/*.md', './shared/**'] },
  { ...ecs, repository: 'team/price_quotes.v2' },
  { ...ecs, $schema: '../../docs/schemas/service.schema.json', description: 'Quotes' },
  image({ platforms: ['linux/amd64', 'linux/arm64'], context: '.', dockerfile: 'docker/Dockerfile' }),
  image({ command: 'make', context: 'services/x' }),
  { ...lambda, build: { platforms: ['linux/arm64'] } },
  output('./dist/lambda'),
  output('..dist'),
])('keeps %j as written', value => {
  expect(parse(value)).toMatchObject(value)
})

const path = "must be a path in the service's folder, without .."
const ownFolder = 'must be a separate folder, since a build empties it first'
const inRepository = 'must be a path from the root of the repository, without .. and backslashes'
const glob = 'must be a glob from the root of the repository, without .. and backslashes'
const repository = 'must be the name of an ECR repository'
const onePlatform = 'must name exactly one platform: Lambda refuses a multi-arch index'
const somePlatform = 'must be linux/amd64 or linux/arm64'

const faulty: [value: unknown, fault: string][] = [
  [{}, 'kind: Invalid discriminator value'],
  [{ kind: 'lambda' }, "Expected 'lambda-zip' | 'lambda-image' | 'ecs-service'"],
  [null, 'must be an object, not null'],
  [[], 'must be an object, not a list'],
  [{ ...ecs, imputs: ['a'] }, 'Unrecognized key: "imputs"'],
  [{ ...ecs, description: 1 }, 'description: must be a string, not a number'],
  [{ ...ecs, inputs: 'a' }, 'inputs: must be a list of globs, or { "command": … }'],
  [{ ...ecs, inputs: [] }, 'inputs: must name at least one path to include'],
  [{ ...ecs, inputs: { command: ' ' } }, 'inputs.command: must be a command'],
  [{ ...ecs, inputs: { command: 'a', variables: ['GITHUB_TOKEN'] } }, 'inputs.variables.0: must not be a'],
  [{ ...ecs, inputs: ['!a'] }, 'inputs: must name at least one path to include'],
  [{ ...ecs, inputs: ['a', ''] }, `inputs.1: ${glob}`],
  [{ ...ecs, inputs: ['/a'] }, `inputs.0: ${glob}`],
  [{ ...ecs, inputs: ['app/(shop)/**'] }, 'inputs.0: must not have parentheses: use ? to match one'],
  [{ ...ecs, inputs: ['a/../../b'] }, `inputs.0: ${glob}`],
  [{ ...ecs, inputs: ['a', '!../b'] }, `inputs.1: ${glob}`],
  [{ ...ecs, inputs: ['a\\b'] }, `inputs.0: ${glob}`],
  [{ ...ecs, repository: 'Team/x' }, `repository: ${repository}`],
  [{ ...ecs, repository: 'team//x' }, `repository: ${repository}`],
  [{ ...ecs, repository: 'x:latest' }, `repository: ${repository}`],
  [{ ...ecs, repository: 'xx\n' }, `repository: ${repository}`],
  [{ ...ecs, repository: 'x' }, 'repository: Too small'],
  [{ ...zip, repository: 'team/x' }, 'Unrecognized key: "repository"'],
  [image({ platforms: [] }), 'build.platforms: Too small'],
  [image({ platforms: ['windows/amd64'] }), `build.platforms.0: ${somePlatform}`],
  [image({ dockerfile: '../Dockerfile' }), `build.dockerfile: ${path}`],
  [image({ dockerfile: '/Dockerfile' }), `build.dockerfile: ${path}`],
  [image({ context: '../..' }), `build.context: ${inRepository}`],
  [image({ context: 'a\0b' }), `build.context: ${inRepository}`],
  [image({ output: 'dist' }), 'build: Unrecognized key: "output"'],
  [{ ...lambda, build: { platforms: ['linux/amd64', 'linux/arm64'] } }, `build.platforms: ${onePlatform}`],
  [{ kind: 'lambda-zip' }, 'build: is missing: it must be an object'],
  [{ kind: 'lambda-zip', build: {} }, 'build.output: is missing: it must be a string'],
  [{ kind: 'lambda-zip', build: { output: 'dist', command: ' ' } }, 'build.command: must be a command'],
  [output('..'), `build.output: ${path}`],
  [output('a/../../b'), `build.output: ${path}`],
  [output('a\n/../../..'), `build.output: ${path}`],
  [output('a\u2028/../../..'), `build.output: ${path}`],
  [output('/tmp'), `build.output: ${path}`],
  ...['.', './', './.', './/.'].map((folder): [unknown, string] => [
    output(folder),
    `build.output: ${ownFolder}`,
  ]),
]

it.each(faulty)('refuses %j: %s', (value, fault) => {
  const error = userError(() => parse(value))
  expect(error.message).toMatch(/^services\/x\/service\.json is not valid:\n/)
  expect(error.message).toContain(`  ${fault}`.trimStart())
  expect(error).toMatchObject({ ending: 'badInput', remedy: 'Correct it.' })
})

const faultsOf = (value: unknown) =>
  userError(() => parse(value))
    .message.split('\n')
    .slice(1)

it('reports every fault of a file at once', () => {
  const build = { dockerfile: '../x', context: '..', platforms: [], cache: true }
  const faults = faultsOf({ ...lambda, inputs: ['/x', '!a'], repository: 'AA', owner: 'me', build })
  expect(faults).toEqual([
    `  inputs.0: ${glob}`,
    `  repository: ${repository}`,
    `  build.dockerfile: ${path}`,
    `  build.context: ${inRepository}`,
    `  build.platforms: ${onePlatform}`,
    '  build: Unrecognized key: "cache"',
    '  Unrecognized key: "owner"',
  ])
})

it('an unknown kind does not hide faults in the common fields', () => {
  const faults = faultsOf({ kind: 'jar', inputs: [], description: 7 })
  expect(faults).toHaveLength(3)
  for (const name of ['kind', 'inputs', 'description']) expect(faults.join('\n')).toContain(`  ${name}: `)
})

it('says where a text stops being JSON', () => {
  const error = userError(() => parseServiceConfig('{"kind": "ecs-service",}', source))
  expect(error.message).toBe('services/x/service.json is not JSON')
  expect(error.cause).toContain('position 23')
})

it.each(readdirSync(new URL('services/', root)))('the service.json of %s is valid', name => {
  const text = readFileSync(new URL(`services/${name}/service.json`, root), 'utf8')
  expect(parseServiceConfig(text, source).inputs).toContain(`services/${name}/**`)
})

it('the JSON Schema for editors is up to date (node scripts/schemas.ts writes it)', () => {
  const schema = z.toJSONSchema(serviceConfigSchema, { io: 'input' })
  const written = readFileSync(new URL('docs/schemas/service.schema.json', root), 'utf8')
  expect(written).toBe(`${JSON.stringify(schema, null, 2)}\n`)
})
