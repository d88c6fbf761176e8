import { expect, it } from 'vitest'
import { describeCrashes } from './crash.ts'
import { describeFaults } from './faults.ts'
import { recordAll } from './recording.ts'
import { scenarios } from './scenarios.ts'
import { makeTemplate } from './scene.ts'

// Both matrices come from the recorded requests of the commands, so a new call joins them by itself.
const template = await makeTemplate()
const recordings = await recordAll(template, scenarios)

it.each(recordings.map(one => [one.scenario.name, one.asked] as const))(
  '%s asks AWS for something, which is noted',
  (_, asked) => {
    expect(asked.length).toBeGreaterThan(0)
  },
)

describeCrashes(
  template,
  recordings.filter(({ asked }) => asked.some(({ write }) => write)),
)
describeFaults(template, recordings)
