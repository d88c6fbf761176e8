import { describe, expect, it } from 'vitest'
import { UserError } from '../../../scripts/base/user-error.ts'
import type { Applied } from '../../../scripts/kinds/applied.ts'
import type { Good, State } from '../../../scripts/ledger/state.ts'
import type { ServiceName } from '../../../scripts/names/service-name.ts'
import { nearestFirst, planBack } from '../../../scripts/rollout/back.ts'
import {
  commandAgain,
  describeArrival,
  describePlace,
  unfinished,
} from '../../../scripts/rollout/back-messages.ts'
import { rolloutErrors } from '../../../scripts/rollout/errors.ts'

const goodAt = (sequence: number, revision: string): Good => ({
  sequence,
  tag: `service-a-v1.${revision}.0`,
  digest: `sha256:${'1'.repeat(64)}` as Good['digest'],
  settings: 'sha256:2',
  revision,
})
const [three, two, one] = [goodAt(9, '3'), goodAt(6, '2'), goodAt(3, '1')]
const state = (good: readonly Good[], open: State['open'] = null): State => ({
  hold: null,
  open,
  good: [...good],
})
const rollout = { sequence: 10, type: 'rollout' } as const
const rollback = { sequence: 10, type: 'rollback' } as const

describe('without being told, it goes back', () => {
  it.each<[string, State, string | undefined, string, readonly Good[]]>([
    ['to what was verified before', state([three, two, one]), '3', 'send', [two, one]],
    [
      'past the same release with the same settings, in another revision',
      state([{ ...two, sequence: 9, revision: '4' }, two, one]),
      '4',
      'send',
      [one],
    ],
    [
      'to the same release with other settings',
      state([{ ...two, sequence: 9, revision: '4', settings: 'sha256:3' }, two, one]),
      '4',
      'send',
      [two, one],
    ],
    ['nowhere if nothing else was verified', state([three]), '3', 'send', []],
    ['nowhere if nothing was', state([]), '3', 'send', []],
    ['to the newest if something runs that nobody verified', state([three, two]), '4', 'send', [three, two]],
    [
      'to the newest from the middle of a rollout',
      state([three, two], rollout),
      undefined,
      'send',
      [three, two],
    ],
    [
      'no further if it is there, and only the entry is missing',
      state([three, two, one]),
      '2',
      'finish',
      [two, one],
    ],
    ['no further before a rollback is finished', state([two, one], rollback), '2', 'finish', [two]],
    [
      'to where an unfinished rollback goes, even if its traffic moved since',
      state([two, one], rollback),
      '3',
      'finish',
      [two],
    ],
  ])('%s', (_, known, running, step, candidates) => {
    expect(planBack(known, running)).toEqual({ step, candidates })
  })
})

it('names what is nearest to the place that was named, but not what runs', () => {
  const known = state([three, two, one])
  expect(nearestFirst(known, '3', 4)).toEqual([one, two])
  expect(nearestFirst(known, '1', 8)).toEqual([three, two])
  expect(nearestFirst(known, '3', undefined)).toEqual([two, one])
  expect(nearestFirst(state([three]), '3', 1)).toEqual([])
})

describe('what it says', () => {
  it.each([
    ['lambda-zip', '3', 'version 3'],
    [
      'ecs-service',
      'arn:aws:ecs:eu-central-1:111111111111:task-definition/service-a-prod:3',
      'service-a-prod:3',
    ],
  ] as const)('a revision of a %s as people call it', (kind, revision, place) => {
    const applied: Applied = { kind, tag: '', revision: '' }
    expect(describePlace(applied, { revision, tag: 'service-a-v1.0.0' })).toBe(`service-a-v1.0.0 (${place})`)
    expect(describePlace(applied, { revision })).toBe(place)
  })

  const target = { service: 'service-a' as ServiceName, environment: 'prod' }

  it('the command that finishes it goes to the same place, and is one that a shell reads as it is meant', () => {
    const REASON = "it's $(id) slow"
    expect(commandAgain(target, { REASON, TO: undefined, VERSION: '1.0.0', PR: undefined })).toBe(
      "make rollback ENV=prod SERVICE=service-a REASON='it'\\''s $(id) slow' VERSION=1.0.0",
    )
    expect(commandAgain(target, { REASON: 'slow', TO: 12, VERSION: undefined, PR: '1' })).toBe(
      'make rollback ENV=prod SERVICE=service-a REASON=slow TO=12 PR=1',
    )
  })

  it('who sent the traffic back, and how long it took', () => {
    expect(describeArrival({ isOurs: true, wasThere: false, milliseconds: 1234 })).toBe(', after 1.2 s')
    expect(describeArrival({ isOurs: false, wasThere: true, milliseconds: 1234 })).toBe('')
    expect(describeArrival({ isOurs: false, wasThere: false, milliseconds: 1 })).toMatch(/somebody else/)
  })

  it('that traffic is back, whatever fails after that, with the code of that failure', () => {
    const failed = new UserError(rolloutErrors['rollback-unusable'], 'S3 is away', { cause: 'no network' })
    const error = unfinished(
      failed,
      'the traffic is back on service-a-v1.0.0',
      'make rollback …',
    ) as UserError
    expect(error.errorCode).toBe(rolloutErrors['rollback-unusable'])
    expect(error.cause).toBe('no network')
    expect(error.message).toBe(
      'the traffic is back on service-a-v1.0.0, but the rest is not done: S3 is away',
    )
    expect(error.remedy).toMatch(/\nThen finish it, without moving traffic: make rollback …$/)
    const bug = new TypeError('x')
    expect(unfinished(bug, '', '')).toBe(bug)
  })
})
