import { errorsOf, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { count } from '../../base/printable.ts'
import { type HistoryAnswer, historyAnswer } from '../../cli/answers/ledger/history.ts'
import { action } from '../../cli/command.ts'
import { printHistory } from '../../cli/print-history.ts'
import type { Reporter } from '../../cli/reporter.ts'
import type { HistoryOptions } from '../../history.ts'
import { brokenLedger } from '../../ledger/broken.ts'
import { type History, readHistory } from '../../ledger/io/history.ts'
import { findLedgers, openLedgers } from '../../ledger/io/open.ts'
import { isServiceName } from '../../names/service-name.ts'
import { printTarget } from '../../names/target.ts'
import { isWayBackOf } from '../../rollout/hints/way-back.ts'

const usualLimit = 20

/** `make history`. */
export const history = action({
  answer: historyAnswer,
  async run({ ENV, SERVICE, LIMIT }: HistoryOptions, { report, ...invocation }) {
    const session = await openLedgers(invocation, ENV)
    const { ledger, environment } = session
    const services =
      SERVICE === undefined
        ? (await ledger.services(ENV)).filter(isServiceName)
        : await findLedgers(session, ENV, SERVICE)
    // One after the other: each reads as many entries at once as S3 takes.
    const results = await sideBySide(services, 1, service =>
      readHistory(ledger, { service, environment: ENV }, { limit: LIMIT ?? usualLimit, agrees: isWayBackOf }),
    )
    for (const one of valuesOf(results)) show(report, one, session.project.clock.date())
    if (services.length === 0) report.line(`Nothing has happened in ${ENV} yet: its ledger has no entries.`)
    const document = { environment: ENV, services: valuesOf(results).map(described) }
    const broken = valuesOf(results).filter(({ faults }) => faults.length > 0)
    joinErrors(
      [
        ...errorsOf(results),
        ...broken.map(({ target, faults }) => brokenLedger(environment.ledger.bucket, target, faults)),
      ],
      document,
    )
    return document
  },
})

function show(report: Reporter, { target, entries, activities, faults }: History, now: Date): void {
  const about = entries === 0 ? 'no entries yet' : count(entries, 'entry', 'entries')
  report.line(report.paint('bold', `${printTarget(target)}: ${about}`))
  if (activities.length > 0) printHistory(report, activities, now)
  for (const { sequence, fault } of faults) report.item('failed', `entry ${sequence} ${fault}`)
  report.line()
}

function described({ target, ...history }: History): HistoryAnswer['services'][number] {
  return { service: target.service, ...history }
}
