import { expect, it } from 'vitest'
import type { z } from 'zod'
import {
  duration,
  environmentName,
  flag,
  releaseTagList,
  releaseTagOption,
  serviceList,
  versionOrIncrement,
} from '../../../../scripts/cli/options/option-types.ts'

function faults(schema: z.ZodType, text: unknown): string[] {
  return schema.safeParse(text).error?.issues.map(issue => issue.message) ?? []
}

it.each([
  [undefined, false],
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
])('DRY_RUN=%s means %s', (text, expected) => {
  expect(flag.parse(text)).toBe(expected)
})

it.each(['2', 'on', 'TRUE', ' 1', '1\n', '', '-1'])('DRY_RUN=%j is refused, not guessed', text => {
  expect(faults(flag, text)).toEqual(['must be 1 or 0'])
})

it.each([
  ['a', ['a']],
  ['a,service-b', ['a', 'service-b']],
  [' a , b ', ['a', 'b']],
  ['b,a,b', ['b', 'a']],
])('SERVICE=%j means %j', (text, services) => {
  expect(serviceList.parse(text)).toEqual(services)
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
  expect(faults(serviceList, text)).toEqual(
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
  expect(versionOrIncrement.parse(text)).toEqual(expected)
})

it.each([
  ['1.1', '"1.1" is not a version: use all three numbers, as in 1.1.0'],
  ['01.1.0', '"01.1.0" is not a version: a number must not begin with 0'],
  ['v1.1.0', '"v1.1.0" is not a version: leave out the v'],
  ['1.1.0+build', '"1.1.0+build" is not a version: a container tag cannot hold build metadata (+…)'],
  ['Patch', '"Patch" is not a version: use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
  ['1.1.0\u200b', '"1.1.0\\u{200b}" is not a version: use a SemVer 2.0.0 version, as in 1.1.0 or 1.1.0-rc.1'],
])('VERSION=%j is refused: %s', (text, fault) => {
  expect(faults(versionOrIncrement, text)).toEqual([fault])
})

it('TAG is a release, or several where several are taken', () => {
  const [a, b] = [
    { service: 'service-a', version: '1.1.0' },
    { service: 'b', version: '2.0.0-rc.1' },
  ]
  expect(releaseTagOption.parse('service-a-v1.1.0')).toEqual(a)
  expect(releaseTagList.parse('service-a-v1.1.0, b-v2.0.0-rc.1,service-a-v1.1.0')).toEqual([a, b])
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
  expect(faults(releaseTagOption, text)).toEqual([
    `${JSON.stringify(text)} is not a release: write <service>-v<version>, as in service-a-v1.1.0`,
  ])
})

it('a single TAG takes no list, and a list names each invalid tag', () => {
  expect(faults(releaseTagOption, 'a-v1.0.0,b-v1.0.0')).toHaveLength(1)
  expect(faults(releaseTagList, 'a-v1.0.0,b-v1,c')).toEqual([
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
  expect(duration.parse(text)).toBe(milliseconds)
})

it.each([
  ...['', '10', 'm', '10 m', '-1m', '1.5h', '1d', '10M', '10000s', '10m\n', '1e3s', '\uff11m'],
  ...['30s5m', '5m5m', '5m30', '5m 30s', '5m,30s', '1h30', '5m-30s', 'hms'],
])('WAIT=%j is refused', text => {
  expect(faults(duration, text)).toEqual([expect.stringMatching(/is not a duration: use 90s, 10m or 1h30m$/)])
})

it.each(['staging', 'prod', 'eu-prod-2'])('ENV=%s may be an environment', text => {
  expect(environmentName.parse(text)).toBe(text)
})

it.each(['', 'Prod', 'prod ', 'prod\n', '../prod', 'a/b', '-x', 'x-', 'a--b', '__proto__', '\u0440rod'])(
  'ENV=%j is refused, quoted',
  text => {
    const [fault, ...others] = faults(environmentName, text)
    expect(fault).toMatch(/^"[\x20-\x7e]*" is not an environment name$/)
    expect(others).toEqual([])
  },
)
