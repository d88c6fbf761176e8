import { describe, expect, it } from 'vitest'
import { boardOn } from '../../../../scripts/rollout/following/board.ts'
import { phasesIn } from '../../../../scripts/strategy/parse-strategy.ts'
import { alarms, following, wait } from './samples.ts'

function onTerminal(rows: number) {
  const drawn: (readonly string[])[] = []
  const live = { rows: () => rows, draw: (lines: readonly string[]) => void drawn.push(lines) }
  return { drawn, board: boardOn({ line: text => expect.fail(text), live }) }
}

const failed =
  '  failed: 3 of 750 requests (0.4 %) of the new revision, 5 of 2250 requests (0.2 %) of the verified one'

describe('on a terminal', () => {
  it('each rollout has lines of its own, which go when it has ended', () => {
    const { drawn, board } = onTerminal(24)
    const [a, b] = [board.follow('service-a'), board.follow('service-b')]
    a(following(wait(), { alarms: alarms('ok', 'ok') }))
    b(following(wait('a thing'), { traffic: { state: 'moving', share: 10 }, minutes: 28.5 }))
    expect(drawn.at(-1)).toEqual([
      'service-a: phase 2 of 4, 25 % of the traffic, 26m left',
      failed,
      '  alarms: 2 fine',
      'service-b: phase 2 of 4, 10 % (of 25 %) of the traffic, 2m left',
      failed,
      '  noted: a thing',
    ])
    board.ended('service-a')
    expect(drawn.at(-1)?.[0]).toBe('service-b: phase 2 of 4, 10 % (of 25 %) of the traffic, 2m left')
    b(following({ step: 'back', why: 'the alarm a rings' }))
    expect(drawn.at(-1)).toEqual(['service-b: all traffic goes back: the alarm a rings'])
    board.ended('service-b')
    expect(drawn.at(-1)).toEqual([])
  })

  it('they take a line each, and some are left out, where there is no room for more', () => {
    const { drawn, board } = onTerminal(4)
    for (let number = 1; number <= 6; number++) {
      board.follow(`s${number}`)(following(wait()))
      expect(drawn.at(-1)?.length).toBeLessThanOrEqual(4)
    }
    expect(drawn[1]).toEqual(['s1', 's2'].flatMap(name => [expect.stringContaining(`${name}: `), failed]))
    expect(drawn[2]).toEqual(['s1', 's2', 's3'].map(name => expect.stringContaining(`${name}: `)))
    expect(drawn[5]).toEqual([
      ...['s1', 's2', 's3'].map(name => expect.stringContaining(`${name}: `)),
      '… and 3 more',
    ])
  })
})

describe('in a log', () => {
  it('there is a line for each change, with its service', () => {
    const lines: string[] = []
    const board = boardOn({ line: text => void lines.push(text) })
    const [a, b] = [board.follow('service-a'), board.follow('service-b')]
    for (const minutes of [1, 2, 3]) {
      a(following(wait(), { minutes }))
      b(following(wait(), { minutes }))
    }
    b(following({ step: 'hold' }))
    expect(lines.map(line => line.slice(0, 24))).toEqual([
      'service-a: phase 2 of 4:',
      'service-b: phase 2 of 4:',
      'service-b: is held where',
    ])
  })
})

it('a table has phases in their order, also the tenth', () => {
  const board = boardOn({ line: () => undefined })
  const follow = board.follow('service-a')
  const phases = phasesIn('Linear10PercentEvery1Minute')
  for (const phase of [9, 1]) follow(following(wait(), { phases, phase }))
  expect(board.rows().map(({ cells: [, phase] }) => phase)).toEqual(['2 of 10', '10 of 10'])
})

it('a table has each phase once, with what was seen of it last and what came then', () => {
  const board = boardOn({ line: () => undefined })
  const [b, a] = [board.follow('service-b'), board.follow('service-a')]
  b(following({ step: 'shift', phase: 0, share: 5, isBegun: false }, { phase: 'none' }))
  b(following(wait(), { minutes: 1 }))
  b(following({ step: 'shift', phase: 2, share: 50, isBegun: false }, { minutes: 30 }))
  b(following({ step: 'back', why: 'it is worse' }, { phase: 2, minutes: 3 }))
  a(following({ step: 'complete', note: undefined }, { phase: 3, minutes: 10 }))
  const samples = ['3 of 750 requests (0.4 %)', '5 of 2250 requests (0.2 %)']
  expect(board.rows().map(({ cells }) => cells)).toEqual([
    ['service-a', '4 of 4', '100 %', '10m', ...samples, 'passed'],
    ['service-b', '2 of 4', '25 %', '30m', ...samples, '50 %'],
    ['service-b', '3 of 4', '50 %', '3m', ...samples, 'back'],
  ])
})
