import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chainChecker, chainFaults } from '../../../scripts/ledger/chain.ts'
import type { LedgerEvent } from '../../../scripts/ledger/entry.ts'
import { digestOf } from '../../../scripts/ledger/io/digest-of.ts'
import { entryTexts, linksOf } from '../../support/ledger-entries.ts'

const length = 5000
const events = Array.from(
  { length },
  (_, index): LedgerEvent => ({ type: index % 2 === 0 ? 'held' : 'resumed', reason: `reason ${index + 1}` }),
)
const texts = entryTexts(events)
const whole = linksOf(texts)
const anywhere = fc.integer({ min: 1, max: length })
const alteredText = (at: number) => (texts[at - 1] ?? '').replace(`reason ${at}"`, 'no reason"')

/** The sequences of the faults after some texts were put elsewhere, or removed. */
function faultsAfter(changes: ReadonlyMap<number, string | undefined>): number[] {
  // Parsing all of them again for each case would take most of the time.
  const links = whole.flatMap(link => {
    if (!changes.has(link.sequence)) return [link]
    const alone = Array.from<undefined>({ length: link.sequence - 1 })
    return linksOf([...alone, changes.get(link.sequence)])
  })
  return chainFaults(links).map(({ sequence }) => sequence)
}

describe(`of ${length} entries`, () => {
  it('none is at fault as they were written', () => {
    expect(chainFaults(whole)).toEqual([])
  })

  // The versions of its object tell of the newest one: nothing follows it.
  const anyButNewest = fc.integer({ min: 1, max: length - 1 })

  it.each([
    ['removed', () => undefined],
    ['altered', alteredText],
  ] as const)('any one that is %s is named', (_, change) => {
    fc.assert(
      fc.property(anyButNewest, at => {
        // Whether the last but one or the newest was altered, nothing can tell.
        const either = at === length - 1 && change(at) !== undefined ? [at, length] : [at]
        expect(faultsAfter(new Map([[at, change(at)]]))).toEqual(either)
      }),
      { numRuns: 30 },
    )
  })

  it('any two that are swapped are named', () => {
    const pair = fc.uniqueArray(anywhere, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[number, number]>
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const swapped = new Map([
          [one, texts[other - 1]],
          [other, texts[one - 1]],
        ])
        expect(faultsAfter(swapped)).toEqual([one, other].toSorted((a, b) => a - b))
      }),
      { numRuns: 30 },
    )
  })
})

it('an entry that was put far away from the others is not answered with millions of faults', () => {
  const far = { sequence: 9_000_000, digest: digestOf(''), entry: { value: whole[0]?.entry } as never }
  const checker = chainChecker()
  const [first] = whole
  const faults = [...(first ? checker.add(first) : []), ...checker.add(far), ...checker.end()]
  expect(faults).toEqual([{ sequence: 2, fault: 'is missing, and so are all up to 8999999' }])
})
