import type { CloudWatch } from '../../aws/io/cloudwatch.ts'
import type { Clock } from '../../base/clock.ts'
import type { Movers } from '../../kinds/io/movers.ts'
import type { Who } from '../../ledger/entry.ts'
import type { Ledger } from '../../ledger/io/ledger.ts'
import type { Notice } from '../../notify/notice.ts'
import type { GuardianPlace } from '../place.ts'

/** What a guardian works with. */
export type GuardianTools = {
  readonly place: GuardianPlace
  readonly ledger: Ledger
  readonly movers: Movers
  readonly cloudwatch: () => Promise<CloudWatch>
  /** Why a release must not run any more; undefined if it may. */
  readonly withdrawn: (tag: string) => Promise<string | undefined>
  readonly clock: Clock
  /** Itself, as its entries name it. */
  readonly who: Who
  /** Sends a notice about what no ledger has to the channels of the environment. */
  readonly tell: (notice: Notice) => void
  /** Hears of each thing that it did or decided, in one line. */
  readonly say: (line: string) => void
}
