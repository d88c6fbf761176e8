import { errorsOf, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { type HoldAnswer, holdAnswer } from '../../cli/answers/ledger/hold.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import type { HoldOptions } from '../../hold.ts'
import { describeHold } from '../../ledger/hold.ts'
import { readHold } from '../../ledger/io/holds.ts'
import { ledgersAtOnce } from '../../ledger/io/ledger.ts'
import { findLedgers, type LedgerTools } from '../../ledger/io/open.ts'
import type { Target } from '../../names/target.ts'
import { openAnnounced } from '../../notify/io/outbox.ts'

/** `make hold`. */
export const hold = action({
  answer: holdAnswer,
  async run({ ENV, SERVICE, REASON }: HoldOptions, { dryRun, ...invocation }) {
    const { report } = invocation
    const session = await openAnnounced(invocation, ENV)
    const services = await findLedgers(session, ENV, SERVICE)
    const results = await sideBySide(services, ledgersAtOnce, service =>
      holdTarget(session, { service, environment: ENV }, dryRun ? undefined : REASON),
    )
    for (const one of valuesOf(results)) show(report, ENV, one, REASON)
    const document = { environment: ENV, results: valuesOf(results) }
    joinErrors(errorsOf(results), document)
    return document
  },
})

type Held = HoldAnswer['results'][number]

async function holdTarget(
  { ledger, who }: LedgerTools,
  target: Target,
  reason: string | undefined,
): Promise<Held> {
  const writer = await ledger.writer(target, who)
  const written =
    reason === undefined
      ? undefined
      : await writer.append(({ state }) => (state.hold === null ? { type: 'held', reason } : undefined))
  const { service } = target
  const hold = await readHold(ledger, target, writer.head())
  if (hold === undefined) return { service, result: 'would be created' }
  return { service, result: written === undefined ? 'already done' : 'created', hold }
}

function show(report: Reporter, environment: string, { service, result, hold }: Held, reason: string): void {
  if (hold === undefined) report.item('left out', `${service} would be held in ${environment}: ${reason}`)
  else if (result === 'created') report.item('passed', `${service} is held in ${environment}: ${hold.reason}`)
  else report.item('passed', `${service} was already ${describeHold(hold)}. Nothing was written.`)
}
