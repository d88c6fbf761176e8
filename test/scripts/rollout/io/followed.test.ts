import { expect, it, onTestFinished } from 'vitest'
import { boardOn } from '../../../../scripts/rollout/following/board.ts'
import { watchedWorld } from '../../../support/watched.ts'

it('a log of a rollout has a line for each phase, and one for its end', async () => {
  const world = await watchedWorld('5%/5m, 50%/4m, 100%/3m', { alarms: [] })
  onTestFinished(world.close)
  const lines: string[] = []
  const board = boardOn({
    line: text => void lines.push(text.replaceAll(/[\d.]+ of [\d.]+ requests?/g, 'some')),
  })
  await world.run({ follow: board.follow('service-a') })
  const failed = 'failed: some (0.0 %) of the new revision, some (0.0 %) of the verified one'
  expect(lines).toEqual([
    'service-a: phase 1 of 3: 5 % of the traffic for 5m',
    `service-a: phase 2 of 3: 50 % of the traffic for 4m; before, ${failed}`,
    `service-a: phase 3 of 3: 100 % of the traffic for 3m; before, ${failed}`,
    `service-a: all checks passed; ${failed}`,
  ])
  expect(board.rows().map(({ cells: [, phase, share, , , , then] }) => [phase, share, then])).toEqual([
    ['1 of 3', '5 %', '50 %'],
    ['2 of 3', '50 %', '100 %'],
    ['3 of 3', '100 %', 'passed'],
  ])
})
