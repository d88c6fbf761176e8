import { expect, it } from 'vitest'
import { type OptionValues, optionTypes } from '../../../../scripts/cli/options/types.ts'

function read(type: keyof OptionValues, text: string): unknown {
  const reading = optionTypes[type](text)
  return 'value' in reading ? reading.value : reading
}

function faults(type: keyof OptionValues, text: string): readonly string[] {
  const reading = optionTypes[type](text)
  return 'faults' in reading ? reading.faults : []
}

it.each([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
])('DRY_RUN=%s means %s', (text, expected) => {
  expect(read('flag', text)).toBe(expected)
})

it.each(['2', 'on', 'TRUE', ' 1', '1\n', '', '-1'])('DRY_RUN=%j is refused, not guessed', text => {
  expect(faults('flag', text)).toEqual(['must be 1 or 0'])
})

it.each([
  ['a', ['a']],
  ['a,service-b', ['a', 'service-b']],
  [' a , b ', ['a', 'b']],
  ['b,a,b', ['b', 'a']],
])('SERVICE=%j means %j', (text, services) => {
  expect(read('services', text)).toEqual(services)
})

it.each([
  ['', ['""']],
  ['a,', ['""']],
  ['a b', ['"a b"']],
  ['A,b,c/d', ['"A"', '"c/d"']],
  ['../x', ['"../x"']],
  ['$(id)', ['"$(id)"']],
  ['a\u202e', ['"a\\u{202e}"']],
  ['a\n', ['"a\\n"']],
  ['\ufeffa', ['"\\u{feff}a"']],
])('SERVICE=%j is refused, and each invalid name is quoted: %j', (text, names) => {
  expect(faults('services', text)).toEqual(
    names.map(name => expect.stringContaining(`${name} is not a service name`)),
  )
})

it.each([
  ['1.1.0', { version: '1.1.0' }],
  ['1.1.0-rc.1', { version: '1.1.0-rc.1' }],
  ['patch', { increment: 'patch' }],
  ['minor', { increment: 'minor' }],
  ['major', { increment: 'major' }],
])('VERSION=%s means %j', (text, expected) => {
  expect(read('versionOrIncrement', text)).toEqual(expected)
})

it.each([
  ['1.1', '"1.1" is not a version: use all three numbers, as in 1.1.0'],
  ['01.1.0', '"01.1.0" is not a version: a number must not begin with 0'],
  ['v1.1.0', '"v1.1.0" is not a version: leave out the v'],
  ['1.1.0+build', '"1.1.0+build" is not a version: a container tag cannot hold build metadata (+…)'],
  ['Patch', '"Patch" is not a version: use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
  ['1.1.0\u200b', '"1.1.0\\u{200b}" is not a version: use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
])('VERSION=%j is refused: %s', (text, fault) => {
  expect(faults('versionOrIncrement', text)).toEqual([fault])
})

it('TAG is a release, or several where several are taken', () => {
  const [a, b] = [
    { service: 'service-a', version: '1.1.0' },
    { service: 'b', version: '2.0.0-rc.1' },
  ]
  expect(read('tag', 'service-a-v1.1.0')).toEqual(a)
  expect(read('tags', 'service-a-v1.1.0, b-v2.0.0-rc.1,service-a-v1.1.0')).toEqual([a, b])
})

it.each([
  'service-a',
  'service-a-v1.1',
  'refs/tags/service-a-v1.1.0',
  'service-a-v1.1.0\n',
  ' service-a-v1.1.0',
  'service-a-$(id)-v1.1.0',
  '--force',
])('TAG=%j is refused', text => {
  expect(faults('tag', text)).toEqual([
    `${JSON.stringify(text)} is not a release: write <service>-v<version>, as in service-a-v1.1.0`,
  ])
})

it('a single TAG takes no list, and a list names each invalid tag', () => {
  expect(faults('tag', 'a-v1.0.0,b-v1.0.0')).toHaveLength(1)
  expect(faults('tags', 'a-v1.0.0,b-v1,c')).toEqual([
    expect.stringMatching(/^"b-v1" is not a release/),
    expect.stringMatching(/^"c" is not a release/),
  ])
})

it.each([
  ['0s', 0],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['9999h', 35_996_400_000],
  ['5m30s', 330_000],
  ['1h30m', 5_400_000],
  ['1h0m1s', 3_601_000],
  ['2h5s', 7_205_000],
  ['90m90s', 5_490_000],
])('WAIT=%s is %i ms', (text, milliseconds) => {
  expect(read('duration', text)).toBe(milliseconds)
})

it.each([
  ...['', '10', 'm', '10 m', '-1m', '1.5h', '1d', '10M', '10000s', '10m\n', '1e3s', '\uff11m'],
  ...['30s5m', '5m5m', '5m30', '5m 30s', '5m,30s', '1h30', '5m-30s', 'hms'],
])('WAIT=%j is refused', text => {
  expect(faults('duration', text)).toEqual([
    expect.stringMatching(/is not a duration: use 90s, 10m or 1h30m$/),
  ])
})

it.each(['staging', 'prod', 'eu-prod-2'])('ENV=%s may be an environment', text => {
  expect(read('environment', text)).toBe(text)
})

it.each(['', 'Prod', 'prod ', 'prod\n', '../prod', 'a/b', '-x', 'x-', 'a--b', '__proto__', '\u0440rod'])(
  'ENV=%j is refused, quoted',
  text => {
    const [fault, ...others] = faults('environment', text)
    expect(fault).toMatch(/^"[\x20-\x7e]*" is not an environment name$/)
    expect(others).toEqual([])
  },
)

it.each([
  ['line', ' why \n', 'why'],
  ['line', 'a\u202eb', 'ab'],
  ['number', '20', 20],
  ['sequence', '1234567890', 1234567890],
  ['onStop', 'hold', 'hold'],
  ['addresses', 'a.b, c.d', ['a.b', 'c.d']],
  ['text', ' as it is ', ' as it is '],
] as const)('%s %j is read as %j', (type, text, value) => {
  expect(read(type, text)).toEqual(value)
})

it.each([
  ['line', ' ', 'must say something'],
  ['line', 'x'.repeat(501), 'must have at most 500 characters'],
  ['line', '\u202e', 'must have a character that can be seen'],
  ['number', '0', '"0" is not a number from 1 to 9999999'],
  ['sequence', '01', 'must be the sequence of an entry, as make history shows it'],
  ['onStop', 'stop', 'must be back or hold'],
  ['lock', 'x', 'must be the id of a lock, as in the message about it'],
  ['sha256', 'AB', 'must be the SHA-256 that make plan printed'],
  ['version', '1.0', 'must be a version such as 1.0.0'],
] as const)('%s %j is refused: %s', (type, text, fault) => {
  expect(faults(type, text)).toEqual([fault])
})
