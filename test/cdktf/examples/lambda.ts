import { commonExamples, rolloutExamples } from './common.ts'
import type { Examples } from './example.ts'

const inNetwork = { inNetwork: true }
const smoke = { payload: { ping: true } }

/** Examples of the settings that both kinds of functions share. */
const functionExamples: Examples = {
  ...commonExamples,
  ...rolloutExamples({ strategy: '10%/5m, 100%/5m' }),
  subnets: { to: ['subnet-0a'], among: inNetwork },
  securityGroups: { to: ['sg-0a'], among: inNetwork },
  memory: { to: 512 },
  timeout: { to: 60 },
  reservedConcurrency: { to: 20 },
  inNetwork: { to: true },
  'alarms.errors': { to: 7 },
  'alarms.throttles': { to: 7 },
  strategy: { to: 'Canary10Percent5Minutes' },
  'smoke.payload': { to: { ping: false }, among: { smoke } },
  'smoke.contains': { to: { ok: true }, among: { smoke } },
  'smoke.times': { to: 3, among: { smoke } },
  'smoke.timeoutSeconds': { to: 5, among: { smoke } },
}

/** Examples of the settings of a function from a zip. */
export const zipExamples: Examples = {
  ...functionExamples,
  handler: { to: 'main.handler' },
  runtime: { to: 'python3.13' },
  architecture: { to: 'arm64' },
}

/** Examples of the settings of a function from an image. */
export const imageExamples: Examples = { ...functionExamples, command: { to: ['main.handler'] } }
