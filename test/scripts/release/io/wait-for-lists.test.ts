import { expect, it } from 'vitest'
import type { Clock } from '../../../../scripts/base/clock.ts'
import type { AskListed } from '../../../../scripts/build/io/source-commit.ts'
import type { CommitSha } from '../../../../scripts/names/commit.ts'
import { waitForLists } from '../../../../scripts/release/io/wait-for-builds.ts'

const at = 'c'.repeat(40) as CommitSha

/** A clock whose time passes only while something sleeps. */
function sleepingClock(): Clock {
  let now = 0
  const sleep = async (ms: number) => {
    now += ms
  }
  return { now: () => now, date: () => new Date(now), random: () => 0.5, sleep }
}

/** Lists that builds store after some questions, by service. */
function storedAfter(questions: Record<string, number>) {
  const asked: string[][] = []
  const ask: AskListed<string> = async some => {
    asked.push(some.map(({ one }) => one))
    const known = some.filter(({ one }) => asked.length > (questions[one] ?? 0))
    return new Map(known.map(({ one }) => [one, { paths: [one] }]))
  }
  return { ask, asked }
}

it('waits for the lists that are missing, and asks for no other again', async () => {
  const { ask, asked } = storedAfter({ b: 2 })
  const said: string[] = []
  const wait = waitForLists({ clock: sleepingClock() }, ask, 20_000, text => said.push(text))
  const found = await wait(['a', 'b'].map(one => ({ one, at })))
  expect([...found.keys()]).toEqual(['a', 'b'])
  expect(asked).toEqual([['a', 'b'], ['b'], ['b']])
  expect(said[0]).toBe('waiting for the build to list the inputs of 1, 20 s left')
})

it.each([0, 20_000])('gives up after %d ms, with those that it has', async ms => {
  const { ask } = storedAfter({ b: 1000 })
  const wait = waitForLists({ clock: sleepingClock() }, ask, ms, () => {})
  expect([...(await wait(['a', 'b'].map(one => ({ one, at })))).keys()]).toEqual(['a'])
})
