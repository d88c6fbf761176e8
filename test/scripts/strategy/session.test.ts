import { expect, it } from 'vitest'
import { phasesIn } from '../../../scripts/strategy/parse-strategy.ts'
import { deployMinutes, roleSessionMinutes, sessionMinutes } from '../../../scripts/strategy/session.ts'

it.each([
  ['AllAtOnce', 47, 60, 60],
  ['Canary10Percent5Minutes', 59, 60, 60],
  ['5%/15m, 25%/30m, 50%/1h, 100%/10m', 168, 168, 180],
  ['50%/9h45m, 100%/1h', 694, 694, 720],
  ['50%/12h, 100%/1h', 829, 720, 720],
])('a deploy with %s can take %i minutes: a session lasts %i, and a role allows %i', (text, ...expected) => {
  const minutes = deployMinutes(phasesIn(text))
  expect([minutes, sessionMinutes(minutes), roleSessionMinutes(minutes)]).toEqual(expected)
})
