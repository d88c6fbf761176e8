import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inputsMatcher, inputsOf, refuseInputs } from '../../../scripts/catalogue/inputs.ts'
import { service } from '../samples.ts'

const matcher = (inputs: readonly string[] | undefined) =>
  inputsMatcher(service('service-a'), { inputs: inputs && [...inputs] })

it.each([
  [['services/service-a/**'], 'services/service-a/src/main.ts'],
  [['./services/service-a/**'], 'services/service-a/src/main.ts'],
  [['services/service-a/**'], 'services/service-a/.dockerignore'],
  [['services/service-a'], 'services/service-a/src/main.ts'],
  [['services/service-a/'], 'services/service-a/src/main.ts'],
  [['*/shared'], 'libs/shared/x/y.ts'],
  [['libs//'], 'libs/x.ts'],
  [['**'], '.github/workflows/build.yml'],
  [['services/*'], 'services/.env'],
  [['**/*.ts'], 'main.ts'],
  [['**/*.ts'], 'a/.b/.ts'],
  [['a/**/b'], 'a/b'],
  [['a/**/b'], 'a/x/y/b'],
  [['a/{b,c}/**'], 'a/c/x'],
  [['a/b?'], 'a/b1'],
  [['a/[0-9].ts'], 'a/1.ts'],
  [['services/[id]/page.ts'], 'services/[id]/page.ts'],
  [['services/[[]id]/**'], 'services/[id]/page.ts'],
  [['services/?id?/**'], 'services/[id]/page.ts'],
  [['@scope/+x/$y/#z'], '@scope/+x/$y/#z'],
  [['a b/**'], 'a b/c d'],
  [['\u00fc/**'], '\u00fc/\u00df'],
  [['a/*'], 'a/\u{1f600}'],
  [['a/*'], 'a/b\nc'],
  [['a/*'], 'a/b\n'],
  [['a/**'], 'a/b\n/c\r\n/d'],
  [['a/*'], 'a/b\\c'],
  [['a/*'], 'a/!b'],
  [['package.json', 'a/**'], 'package.json'],
  [['**', '!docs/**'], 'a/docs/x'],
  [['**', '!**/*.md'], 'README.mdx'],
])('%j includes %j', (inputs, path) => {
  expect(matcher(inputs)(path)).toBe(true)
})

it.each([
  [['services/service-a/**'], 'services/service-ab/x'],
  [['services/service-a/**'], 'x/services/service-a/x'],
  [['services/service-a/**'], 'Services/service-a/x'],
  [['services/*'], 'services/a/b'],
  [['a/b?'], 'a/b'],
  [['a/*'], 'a/b/c\nd'],
  [['a/b'], 'a/b\n'],
  [['a/*.ts'], 'a/b.ts\nc'],
  [['a/**', '!a/test/**'], 'a/test/x'],
  [['a/**', '!a/test'], 'a/test/x/y'],
  [['services/service-a'], 'services/service-ab/x'],
  [['!a/test/**', 'a/**'], 'a/test/x'],
  [['a/**', '!**/*.md'], 'a/.hidden/README.md'],
  [['**', '!a/*\n*'], 'a/b\nc'],
  [['package.json'], 'services/service-a/package.json'],
  [['!a/x', 'b/**'], '!a/x'],
  [['a/b*'], 'a/bc/d'],
])('%j does not include %j', (inputs, path) => {
  expect(matcher(inputs)(path)).toBe(false)
})

it.each([
  'README.md',
  '.gitignore',
  'services/service-b/x',
  'cdktf/main.ts',
  'cdktf/pinsx/a',
  'x/cdktf/pins/a',
])('without declared inputs %s is an input', path => {
  expect(matcher(undefined)(path)).toBe(true)
})

const files = [
  'services/service-a/service.json',
  'services/service-a/app/[id]/page.ts',
  'shared/x.ts',
  'vendor',
  'cdktf/pins/a.json',
]
const refused = (...inputs: string[]) => refuseInputs(service('service-a'), { inputs }, files)

it.each([
  [['services/service-a/**']],
  [['**', '!docs/**']],
  [['shared', 'shared/x.ts', 'sha?ed/*']],
  [['services/service-a/app/?id?/**']],
  [['services/service-a/app/[id]/page.ts']],
  [['vendor']],
  [['vendor/**']],
])('%j can be relied on', inputs => {
  expect(refused(...inputs)).toBeUndefined()
})

it.each([
  ['shraed/**', 'matches no file'],
  ['services/service-a/app/[id]/**', 'has brackets'],
  ['shared/[a-z].ts', 'has brackets'],
  ['!shared/[a-z].ts', 'has brackets'],
  ['{shared,shraed}/**', 'has braces'],
  ['vendor/src/**', '"vendor" is a submodule or a file'],
  ['cdktf/pins/**', 'matches no file'],
  ['Shared/**', 'matches no file'],
])('%s is refused: it %s', (glob, says) => {
  const error = refused('services/service-a/**', glob)
  expect(error).toMatchObject({ ending: 'badInput', cause: expect.stringContaining(says) })
  expect(error?.cause).toContain(JSON.stringify(glob))
})

it('every glob that cannot be relied on is named at once; without inputs there is none', () => {
  expect(refused('a/**', 'shared', 'b{c}')?.cause?.split('\n')).toHaveLength(2)
  expect(refuseInputs(service('service-a'), {}, files)).toBeUndefined()
})

const glob = fc.constantFrom('**', 'cdktf/**', 'cdktf/pins/**', '**/*.json', 'services/**', 'x')
const globs = fc.option(
  fc.array(
    fc.oneof(
      glob,
      glob.map(text => `!${text}`),
    ),
    { maxLength: 4 },
  ),
  { nil: undefined },
)

it('service.json is always an input, and a pin never is', () => {
  const pin = fc.constantFrom('cdktf/pins/prod/service-a.json', 'cdktf/pins/x', 'cdktf/pins/a/b/c\n.json')
  const property = fc.property(globs, pin, (inputs, path) => {
    expect(matcher(inputs)('services/service-a/service.json')).toBe(true)
    expect(matcher(inputs)(path)).toBe(false)
  })
  fc.assert(property, { numRuns: 300 })
})

it("another service's service.json is an input like any other file", () => {
  expect(matcher(['services/service-a/**'])('services/service-b/service.json')).toBe(false)
  expect(matcher(['services/**'])('services/service-b/service.json')).toBe(true)
})

it('every input is in one of the folders and files where git is asked for changes', () => {
  const part = fc.constantFrom('a', 'b', '*', '**', '?', '{a,b}', '{a,b/c}', '[ab]', '{', 'services')
  const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
  const place = fc.array(fc.constantFrom('a', 'b', 'c', 'services', '{a,b}', '[ab]', '{'), {
    minLength: 1,
    maxLength: 4,
  })
  const ends = fc.constantFrom('', '/', '/**')
  const property = fc.property(
    fc.array(fc.tuple(glob, ends), { minLength: 1, maxLength: 3 }),
    place,
    (globs, parts) => {
      const inputs = globs.map(([one, end]) => one + end)
      const { matches, starts } = inputsOf(service('service-a'), { inputs })
      const path = parts.join('/')
      if (!matches(path)) return
      expect(starts.some(start => start === '' || path === start || path.startsWith(`${start}/`))).toBe(true)
    },
  )
  fc.assert(property, { numRuns: 3000 })
})

it.each([
  ['services/service-a/stack.ts', true],
  ['services/service-b/stack.mts', true],
  ['services/service-a/queue.tf', true],
  ['services/service-a/queue.tf.json', true],
  ['cdktf/all.ts', true],
  ['cdktf/all.mts', true],
  ['cdktf/pins/prod/service-a.json', true],
  ['services/service-a/src/stack.ts', false],
  ['services/service-a/src/queue.tf', false],
  ['services/service-a/my-stack.ts', false],
  ['services/service-a/.tf', false],
  ['services/service-a/tf', false],
  ['services/stack.ts', false],
  ['stack.ts', false],
  ['all.ts', false],
])('%j decides what is deployed and not what is built: %s', (path, isLeftOut) => {
  for (const inputs of [undefined, ['**'], [path], [path.replace(/[^/]+$/, '**')]])
    expect(matcher(inputs)(path)).toBe(!isLeftOut)
})
