import { expect, it } from 'vitest'
import { judge } from './judge-alarm.ts'

const kinds = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
const values: Record<string, number | undefined> = { '0': 0, X: 1, '-': undefined }
const insufficient = 'INSUFFICIENT_DATA'
const stays = undefined

/** What an alarm on three periods becomes, from what its guide writes as `0 - X - X`, oldest first. */
function outcomes(text: string, datapointsToAlarm: number) {
  const newestFirst = text.split(' ').reverse()
  const rule = { evaluationPeriods: 3, datapointsToAlarm, breaches: (value: number) => value > 0 }
  return kinds.map(missing =>
    judge(
      { ...rule, missing },
      newestFirst.map(letter => values[letter]),
    ),
  )
}

// The tables of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data".
it.each([
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', insufficient, stays, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', stays, 'ALARM', 'OK'],
  ['X X X X X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['X X X X 0', 'OK', 'OK', 'OK', 'OK'],
])('3 out of 3 of %s: missing %s, ignore %s, breaching %s, notBreaching %s', (text, ...expected) => {
  expect(outcomes(text, 3)).toEqual(expected)
})

it.each([
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', stays, 'ALARM', 'OK'],
])('2 out of 3 of %s: missing %s, ignore %s, breaching %s, notBreaching %s', (text, ...expected) => {
  expect(outcomes(text, 2)).toEqual(expected)
})

it('does not take one bad period for three', () => {
  expect(outcomes('- - - - X', 3)).toEqual(['OK', 'OK', 'ALARM', 'OK'])
})
