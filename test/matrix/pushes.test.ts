import { describe, expect, it } from 'vitest'
import { writes } from '../support/releases.ts'
import { everyCase, sample } from '../support/sample.ts'
import { groupEnded, runIn, start } from './process.ts'
import { type Moment, nameVictim, timesPassed, type Victim, writeKillingHook } from './pushes.ts'
import { prepare, type Recording, record } from './recording.ts'
import { pushes, type Scenario } from './scenarios.ts'
import { makeTemplate } from './scene.ts'
import { readState } from './state.ts'

type Kill = { recording: Recording; moment: Moment; nth: number; victim: Victim; name: string }

const moments: readonly Moment[] = [
  'before the remote takes',
  'after the remote took',
  'after the clone made',
]
const never = Number.MAX_SAFE_INTEGER
const template = await makeTemplate()

/** Counts how often an undisturbed run passes each moment, and plans a kill at each. */
async function killsOf(scenario: Scenario): Promise<Kill[]> {
  const passed = new Map<Moment, number>()
  const counting = async (scene: Parameters<Scenario['prepare']>[0]) => {
    await scenario.prepare(scene)
    for (const moment of moments) await writeKillingHook(scene, moment, never)
  }
  const recording = await record(template, { ...scenario, prepare: counting }, async scene => {
    for (const moment of moments) passed.set(moment, await timesPassed(scene, moment))
  })
  return [...passed].flatMap(([moment, times]) =>
    Array.from({ length: times }, (_, index) => index + 1).flatMap(nth =>
      (['the process', 'the whole group'] as const).map(victim => {
        const name = `${scenario.name}: ${victim}, ${moment} ref ${nth} of ${times}`
        return { recording: { ...recording, scenario }, moment, nth, victim, name }
      }),
    ),
  )
}

const kills = (await Promise.all(pushes.map(killsOf))).flat()
// A pin writes only the remote-tracking branch in the clone.
const chosen = sample('crash matrix of pushes', kills, ({ recording: { scenario }, victim, nth, moment }) => {
  if (nth > 1) return false
  if (victim === 'the process') return scenario.command === 'release' && moment === 'before the remote takes'
  return scenario.command === 'release' || moment !== 'after the clone made'
})

it.each(pushes)('$name pushes, and each push is a case', ({ name }) => {
  const mine = kills.filter(({ recording }) => recording.scenario.name === name)
  expect(mine.filter(({ moment }) => moment === 'before the remote takes').length).toBeGreaterThan(0)
})

describe.concurrent('killed around a push, and run again', () => {
  it.for(chosen.map(kill => [kill.name, kill] as const))('%s', async ([, kill], context) => {
    const { recording, moment, nth, victim } = kill
    const { scenario, after } = recording
    const scene = await prepare(template, scenario, context.onTestFinished)
    await writeKillingHook(scene, moment, nth)
    const first = start(scene, scenario.command, scenario.options)
    await nameVictim(scene, moment, victim, first.pid)
    expect((await first.ended).code).toBe(-1)
    await groupEnded(first.pid)
    expect(await timesPassed(scene, moment)).toBeGreaterThanOrEqual(nth)

    expect(await runIn(scene, scenario.command, scenario.options)).toMatchObject({ code: 0, stderr: '' })
    expect(await readState(scene)).toEqual(after)

    if (!everyCase && victim === 'the process') return
    const passed = await timesPassed(scene, moment)
    expect(await runIn(scene, scenario.command, scenario.options)).toMatchObject({ code: 0 })
    expect(writes(scene.emulator)).toEqual([])
    expect(await timesPassed(scene, moment)).toBe(passed)
    expect(await readState(scene)).toEqual(after)
  })
})
