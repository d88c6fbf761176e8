import { expect, it } from 'vitest'
import { printTag } from '../../../scripts/names/release-tag.ts'
import { decidePin, type PinDecision, type WantedPin } from '../../../scripts/pin/decide.ts'
import { makePin, type Pin } from '../../../scripts/pin/pin.ts'
import { makeRecord } from '../../../scripts/release/record.ts'
import { commit, digest, sampleRelease, tag } from '../samples.ts'

const record = makeRecord(sampleRelease('image'), digest('1'))
const image = makePin(record)
const pinned = (text: string, more: Partial<Pin> = {}) => ({ ...image, tag: text, ...more }) as Pin
const wanted = (text: string, more: Partial<WantedPin> = {}): WantedPin => {
  return { environment: 'staging', record: { ...record, tag: tag(text) }, allowOlder: false, ...more }
}

function describe(decision: PinDecision): string {
  if ('error' in decision) return `${decision.step}: ${decision.error.code}`
  if (decision.step === 'already done') return decision.step
  return `${decision.step} from ${decision.from === undefined ? 'nothing' : printTag(decision.from)}`
}

it.each([
  ['nothing', undefined, 'service-a-v1.1.0', 'create from nothing'],
  ['the same', image, 'service-a-v1.1.0', 'already done'],
  ['an older release', pinned('service-a-v1.0.9'), 'service-a-v1.1.0', 'create from service-a-v1.0.9'],
  [
    'its own pre-release',
    pinned('service-a-v1.1.0-rc.1'),
    'service-a-v1.1.0',
    'create from service-a-v1.1.0-rc.1',
  ],
  ['its own final release', image, 'service-a-v1.1.0-rc.1', 'conflict: pin-older'],
  ['a newer release', pinned('service-a-v1.10.0'), 'service-a-v1.9.0', 'conflict: pin-older'],
  [
    'another digest',
    pinned('service-a-v1.1.0', { digest: digest('2') }),
    'service-a-v1.1.0',
    'create from service-a-v1.1.0',
  ],
  [
    'another commit',
    pinned('service-a-v1.1.0', { commit: commit('d') }),
    'service-a-v1.1.0',
    'create from service-a-v1.1.0',
  ],
])('%s pinned: %j, wanted %s: %s', (_, current, text, expected) => {
  expect(describe(decidePin(current, wanted(text)))).toBe(expected)
  const allowed = expected === 'conflict: pin-older' ? `create from ${current?.tag}` : expected
  expect(describe(decidePin(current, wanted(text, { allowOlder: true })))).toBe(allowed)
})

it.each([
  ['is still pinned', 'service-a-v1.2.0', 'create from service-a-v1.2.0'],
  ['is not pinned any more', 'service-a-v1.3.0', 'conflict: pin-changed'],
])('with PREVIOUS, when the release to replace %s', (_, present, expected) => {
  const back = wanted('service-a-v1.1.0', { allowOlder: true, present })
  expect(describe(decidePin(pinned('service-a-v1.2.0'), back))).toBe(expected)
  expect(describe(decidePin(image, back))).toBe('already done')
})

it('with PREVIOUS nothing is written where nothing is pinned any more, and the conflict says so', () => {
  const back = wanted('service-a-v1.1.0', { allowOlder: true, present: 'service-a-v1.3.0' })
  const message = (current: Pin | undefined) => {
    const decision = decidePin(current, back)
    return 'error' in decision ? decision.error.message : decision.step
  }
  expect(message(undefined)).toBe(
    'staging is now pinned to nothing; service-a-v1.1.0 is the release before service-a-v1.3.0',
  )
  expect(message(pinned('service-a-v1.2.0'))).toBe(
    'staging is now pinned to service-a-v1.2.0; service-a-v1.1.0 is the release before service-a-v1.3.0',
  )
})

it('a conflict names both releases', () => {
  expect(decidePin(image, wanted('service-a-v1.0.0'))).toMatchObject({
    error: { message: 'staging is pinned to service-a-v1.1.0, which is newer than service-a-v1.0.0' },
  })
})
