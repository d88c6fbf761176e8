import { describe, expect, it } from 'vitest'
import { writes } from '../support/releases.ts'
import { sample } from '../support/sample.ts'
import { runIn, start } from './process.ts'
import { type Asked, at, prepare, type Recording, show } from './recording.ts'
import { promotions } from './scenarios.ts'
import type { Template } from './scene.ts'
import { readState } from './state.ts'

type Crash = { recording: Recording; asked: Asked; when: 'before' | 'after'; name: string }

/** Kills every command before and after each of its requests, then runs it again twice. */
export function describeCrashes(template: Template, recordings: readonly Recording[]): void {
  const chosen = sample('crash matrix', recordings.flatMap(crashesOf), isSampled)
  describe.concurrent('killed, and run again', () => {
    it.for(chosen.map(crash => [crash.name, crash] as const))('%s', async ([, crash], context) => {
      await converges(template, crash, context.onTestFinished)
    })
  })
}

function crashesOf(recording: Recording): Crash[] {
  // A kill at a read is the same as one before the next write, so only promotions are killed at every request.
  const { scenario, asked: all } = recording
  const struck = promotions.includes(scenario) ? all : all.filter(({ write }) => write)
  return struck.flatMap(asked =>
    (['before', 'after'] as const).map(when => {
      const name = `${recording.scenario.name}, ${when} ${show(asked)}`
      return { recording, asked, when, name }
    }),
  )
}

// A read leaves nothing behind, so the reads of one promotion stand for all. For other commands the last write does.
function isSampled({ recording: { scenario, asked: all }, asked, when }: Crash): boolean {
  if (promotions.includes(scenario)) return asked.write || (when === 'before' && scenario === promotions[0])
  return when === 'after' && asked === all.findLast(({ write }) => write)
}

async function converges(
  template: Template,
  { recording, asked, when }: Crash,
  onFinished: Parameters<typeof prepare>[2],
): Promise<void> {
  const { scenario, after } = recording
  const scene = await prepare(template, scenario, onFinished)
  const first = start(scene, scenario.command, scenario.options)
  const kind = when === 'before' ? 'reset-before' : 'reset-after'
  let struck = 0
  const action = () => {
    struck += 1
    return first.kill()
  }
  scene.emulator.inject({ ...at(asked), times: 1, kind, actionAt: when, action })
  expect((await first.ended).code).toBe(-1)
  expect(struck).toBe(1)

  expect(await runIn(scene, scenario.command, scenario.options)).toMatchObject({ code: 0, stderr: '' })
  expect(await readState(scene)).toEqual(after)

  if (!asked.write) return
  expect(await runIn(scene, scenario.command, scenario.options)).toMatchObject({ code: 0 })
  expect(writes(scene.emulator)).toEqual([])
  expect(await readState(scene)).toEqual(after)
}
