import { describe, expect, it } from 'vitest'
import { boardOn } from '../../../../scripts/rollout/following/board.ts'
import type { Following } from '../../../../scripts/rollout/following/following.ts'
import { printSummary } from '../../../../scripts/rollout/following/summary.ts'
import { alarms, following, wait } from './samples.ts'

function summaryOf(...seen: readonly Following[]): string {
  const board = boardOn({ line: () => undefined })
  seen.forEach((now, index) => {
    board.follow(`service-${index}`)(now)
  })
  return printSummary('staging', board.rows())
}

/** As a reader of Markdown sees it. */
const read = (markdown: string) => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1')

/** The cells of a line, as GitHub divides it. */
const cellsIn = (line = '') =>
  line
    .replace(/^\| | \|$/g, '')
    .split(/(?<!(?<!\\)(?:\\\\)*\\) \| /)
    .map(read)

describe('the summary of a job', () => {
  it('has a row for each phase: share, both arms, alarms, and how it ended', () => {
    const summary = summaryOf(
      following(
        { step: 'shift', phase: 2, share: 50, isBegun: false },
        { minutes: 30, alarms: alarms('ok') },
      ),
      following({ step: 'back', why: 'the alarm a rings' }, { alarms: alarms('ringing', 'ok') }),
      following({ step: 'complete', note: undefined }, { phase: 3, minutes: 10 }),
    )
    const [heading, , headings, rule, ...rows] = summary.split('\n')
    expect(heading).toBe('### Rollouts in staging')
    expect(cellsIn(headings)).toEqual([
      ...['service', 'phase', 'share', 'for', 'new revision', 'verified one', 'alarms', 'then'],
    ])
    expect(rule).toMatch(/^\|( --- \|){8}$/)
    const arms = ['3 of 750 requests (0.4 %)', '5 of 2250 requests (0.2 %)']
    expect(rows.filter(Boolean).map(cellsIn)).toEqual([
      ['service-0', '2 of 4', '25 %', '30m', ...arms, '1 fine', '50 %'],
      ['service-1', '2 of 4', '25 %', '4m', ...arms, 'a: ringing, 1 fine', 'back: the alarm a rings'],
      ['service-2', '4 of 4', '100 %', '10m', ...arms, 'none', 'passed'],
    ])
    expect(summary.endsWith('|\n\n')).toBe(true)
  })

  it.each([
    'a | b \\| c \\\\| d',
    '[click](http://evil) ![](http://evil/x.png) <img src=x onerror=y> &lt;',
    '**bold** `code` ~~gone~~ # heading',
    'line\n\n| another | table |\n\u202edetrever',
  ])('shows %j as it is, in one cell', why => {
    const [, , , , row = '', ...rest] = summaryOf(following({ step: 'back', why })).split('\n')
    expect(rest).toEqual(['', ''])
    expect(cellsIn(row)).toHaveLength(8)
    expect(row.replace(/^\| | \|$/g, '').replaceAll(' | ', '')).not.toMatch(/(?<!\\)[[\]()<>*_`~#!&]/)
    expect(cellsIn(row)[7]).toBe(`back: ${why.replace(/\s+/g, ' ').replace('\u202e', '')}`)
  })

  it('leaves out what is too much for it, and says so', () => {
    const summary = summaryOf(...Array.from({ length: 1001 }, () => following(wait())))
    expect(summary.length).toBeLessThan(400_000)
    expect(summary).toMatch(/\n\n… and 1 more phase\n\n$/)
  })
})
