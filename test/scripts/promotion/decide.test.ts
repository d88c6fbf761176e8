import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isRefused } from '../../../scripts/base/decision.ts'
import type { Digest } from '../../../scripts/names/digest.ts'
import { decidePromotion } from '../../../scripts/promotion/decide.ts'
import { makeRecord, recordDigest } from '../../../scripts/release/record.ts'
import type { Release } from '../../../scripts/release/release.ts'
import { commit, digest, object, sampleRelease } from '../samples.ts'

const [x, y, z] = [digest('1'), digest('2'), digest('3')]
const stored = { '–': undefined, X: x, Y: y }

const builtName = {
  image: `service-a-image:${'5'.repeat(40)}`,
  zip: `builds/service-b-${'5'.repeat(40)}.zip`,
}
const releasedName = { image: 'service-a-image:service-a-v1.1.0', zip: 'releases/service-b-v1.1.0.zip' }

const kinds = ['image', 'zip'] as const
const eachKind = kinds.map(kind => ({ kind, release: sampleRelease(kind) }))

type Stored = keyof typeof stored
type Row = [built: Stored, released: Stored, step: string, says: readonly string[]]

// "done", "create <what> <digest>", or the refusal's exit code.
const withoutRecord: Row[] = [
  ['–', '–', 'notReady', ['has no artifact yet', 'BUILT', 'make build']],
  ['–', 'X', 'refused', ['RELEASED', x, 'BUILT is gone']],
  ['–', 'Y', 'refused', ['RELEASED', y, 'BUILT is gone']],
  ['X', '–', 'create all X', []],
  ['X', 'X', 'create record X', []],
  ['X', 'Y', 'refused', ['RELEASED', 'BUILT', x, y]],
  ['Y', '–', 'create all Y', []],
  ['Y', 'X', 'refused', ['RELEASED', 'BUILT', x, y]],
  ['Y', 'Y', 'create record Y', []],
]
const recordedX: Row[] = [
  ['–', '–', 'refused', [x, 'RELEASED has nothing', 'BUILT has nothing']],
  ['–', 'X', 'already done X', []],
  ['–', 'Y', 'refused', [x, `RELEASED has ${y}`, 'BUILT has nothing']],
  ['X', '–', 'create artifact X', []],
  ['X', 'X', 'already done X', []],
  ['X', 'Y', 'refused', [`says ${x}`, `RELEASED has ${y}`, `BUILT has ${x}`]],
  ['Y', '–', 'refused', [x, 'RELEASED has nothing', `BUILT has ${y}`]],
  ['Y', 'X', 'already done X', []],
  ['Y', 'Y', 'refused', [`says ${x}`, `RELEASED has ${y}`, `BUILT has ${y}`]],
]
const recordedOther: Row[] = recordedX.map(([built, released]) => [
  built,
  released,
  'refused',
  [`says ${z}`, `RELEASED has ${stored[released] ?? 'nothing'}`, `BUILT has ${stored[built] ?? 'nothing'}`],
])

function decide(release: Release, recorded: Digest | undefined, [built, released]: Row) {
  const record = recorded && makeRecord(release, recorded)
  return decidePromotion(release, { record, built: stored[built], released: stored[released] })
}

function expectRow(kind: 'image' | 'zip', release: Release, recorded: Digest | undefined, row: Row) {
  const decision = decide(release, recorded, row)
  const [, , step, says] = row
  if (!isRefused(decision)) {
    const written = 'write' in decision ? [decision.write] : []
    const name = Object.entries(stored).find(([, value]) => value === decision.digest)?.[0]
    expect([decision.step, ...written, name].join(' ')).toBe(step)
    return
  }
  expect(decision.error.ending).toBe(step)
  expect(decision.error.message).toMatch(/\S/)
  expect(decision.error.remedy).toMatch(/\S/)
  const said = `${decision.error.message}\n${decision.error.cause}\n${decision.error.remedy}`
  for (const one of says) {
    expect(said).toContain(one.replace('BUILT', builtName[kind]).replace('RELEASED', releasedName[kind]))
  }
}

for (const { kind, release } of eachKind) {
  it.each(withoutRecord)(`${kind}, no record, built %s, released %s: %s`, (...row) => {
    expectRow(kind, release, undefined, row)
  })
  it.each(recordedX)(`${kind}, record X, built %s, released %s: %s`, (...row) => {
    expectRow(kind, release, x, row)
  })
  it.each(recordedOther)(`${kind}, record Z, built %s, released %s: %s`, (...row) => {
    expectRow(kind, release, z, row)
  })
}

const moved = [
  ['commit', { commit: commit('d') }, 'c'.repeat(40), 'd'.repeat(40)],
  ['source commit', { sourceCommit: commit('6') }, '5'.repeat(40), '6'.repeat(40)],
  ['tag object', { tagObject: object('8') }, '9'.repeat(40), '8'.repeat(40)],
  [
    'artifact',
    { released: { type: 'image', repository: 'other', tag: 'service-a-v1.1.0' } },
    'service-a-image:service-a-v1.1.0',
    'other:service-a-v1.1.0',
  ],
] as const

it.each(moved.flatMap(change => recordedX.map(([built, released]) => [...change, built, released] as const)))(
  'a record of another %s is refused, whatever the stores hold',
  (_, more, old, now, built, released) => {
    const record = makeRecord(sampleRelease('image'), x)
    const seen = { record, built: stored[built], released: stored[released] }
    const decision = decidePromotion(sampleRelease('image', more), seen)
    expect(decision).toMatchObject({
      step: 'conflict',
      error: {
        code: 'promotion-conflict',
        ending: 'refused',
        message: 'service-a-v1.1.0 was already released, but not from this tag',
        remedy: expect.stringContaining('the next version'),
      },
    })
    const [recorded, tagged] = isRefused(decision) ? (decision.error.cause ?? '').split(';') : []
    expect(recorded).toContain(old)
    expect(tagged).toContain(now)
  },
)

it('a build without its required referrers is not promoted; a release with a record is not checked again', () => {
  const release = sampleRelease('image')
  const missingReferrers = ['application/vnd.sbom', 'application/vnd.signature']
  const seen = { built: x, released: undefined, missingReferrers }
  const decision = decidePromotion(release, { ...seen, record: undefined })
  expect(decision).toMatchObject({
    step: 'conflict',
    error: {
      code: 'promotion-unattested',
      message: `${builtName.image} cannot be promoted yet`,
      cause: `nothing of type application/vnd.sbom or application/vnd.signature refers to ${x}`,
      remedy: expect.stringContaining('requiredReferrers'),
    },
  })
})

it('never gives a release a digest that is neither the one built nor the recorded one', () => {
  const some = fc.option(fc.constantFrom(x, y, z), { nil: undefined })
  const from = fc.constantFrom({}, { commit: commit('d') }, { tagObject: object('8') })
  const property = fc.property(
    fc.constantFrom(...kinds),
    fc.tuple(some, some, some, from),
    (kind, [built, released, recorded, more]) => {
      const release = sampleRelease(kind)
      const record = recorded && makeRecord(sampleRelease(kind, more), recorded)
      const decision = decidePromotion(release, { built, released, record })
      if (decision.step === 'create') {
        expect(decision.digest).toBe(built)
        expect(decision.digest).toBe(record ? recordDigest(record) : (released ?? built))
      }
      if (decision.step === 'already done') {
        expect(record?.commit).toBe(release.commit)
        expect([released, recorded]).toEqual([decision.digest, decision.digest])
      }
    },
  )
  fc.assert(property, { numRuns: 1_000 })
})
