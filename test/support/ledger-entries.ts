import { attempt } from '../../scripts/base/attempt.ts'
import type { Link } from '../../scripts/ledger/chain.ts'
import { type Entry, type LedgerEvent, parseEntry, printEntry } from '../../scripts/ledger/entry.ts'
import { digestOf } from '../../scripts/ledger/io/digest-of.ts'
import { advance, initialState, type State } from '../../scripts/ledger/state.ts'
import type { Digest } from '../../scripts/names/digest.ts'
import type { ServiceName } from '../../scripts/names/service-name.ts'
import type { Target } from '../../scripts/names/target.ts'

/** The target whose ledger tests write. */
export const target = { service: 'service-b' as ServiceName, environment: 'staging' }

/** The texts of a ledger's entries, one a minute, as they would be stored. */
export function entryTexts(events: readonly LedgerEvent[], of: Target = target): string[] {
  let [previous, state]: [Digest | null, State] = [null, initialState]
  return events.map((event, index) => {
    const sequence = index + 1
    state = advance(state, event, sequence)
    const entry: Entry = {
      schema: 1,
      sequence,
      previous,
      id: '00000000-0000-4000-8000-000000000000',
      time: new Date(Date.UTC(2026, 0, 2, 3, sequence)).toISOString(),
      who: { arn: 'arn:aws:sts::222222222222:assumed-role/admin/alice' },
      ...of,
      event,
      state,
    }
    const text = printEntry(entry)
    previous = digestOf(text)
    return text
  })
}

/** Such texts as they are read. */
export function linksOf(texts: readonly (string | undefined)[], of: Target = target): Link[] {
  return texts.flatMap((text, index) => {
    if (text === undefined) return []
    const sequence = index + 1
    return [{ sequence, digest: digestOf(text), entry: attempt(() => parseEntry(text, of, sequence)) }]
  })
}
