import type { Attempt } from '../../base/attempt.ts'
import { UserError } from '../../base/user-error.ts'
import { type IncidentAnswer, incidentAnswer } from '../../cli/answers/ledger/incident.ts'
import { action } from '../../cli/command.ts'
import { incidentErrors } from '../../incident/errors.ts'
import type { Incident } from '../../incident/incident.ts'
import { observeIncident } from '../../incident/io/observe.ts'
import { nextCommands } from '../../incident/next-commands.ts'
import { incidentPage } from '../../incident/page.ts'
import type { IncidentOptions } from '../../incident.ts'
import { findLedgers, openLedgers } from '../../ledger/io/open.ts'

/** `make incident`. */
export const incident = action({
  answer: incidentAnswer,
  async run({ ENV, SERVICE, SEQ }: IncidentOptions, { report, ...invocation }) {
    const session = await openLedgers(invocation, ENV)
    const [service, ...others] = await findLedgers(session, ENV, SERVICE)
    if (service === undefined || others.length > 0)
      throw new UserError(incidentErrors['incident-none'], 'make incident takes one service at a time')
    const target = { service, environment: ENV }
    const seen = await observeIncident(session, target, { sequence: SEQ, aws: invocation.aws })
    const page = incidentPage(seen)
    for (const line of page.trimEnd().split('\n')) report.line(line)
    return answerOf(seen, page)
  },
})

function answerOf(seen: Incident, page: string): IncidentAnswer {
  const { target, sequence, id, by, began, ended, reason, bad, good } = seen
  const parts = {
    commits: seen.commits,
    settings: seen.settings,
    alarms: seen.alarms,
    log: seen.log,
    carriers: seen.carriers,
  }
  const unread = Object.entries<Attempt<unknown>>(parts).flatMap(([what, one]) =>
    'error' in one
      ? [{ what, problem: [one.error.message, one.error.cause].filter(Boolean).join(': ') }]
      : [],
  )
  return {
    ...target,
    ...{ sequence, id, by, began, ended, reason },
    bad: given(bad),
    ...(good === undefined ? {} : { good: given(good) }),
    commits: listIn(seen.commits),
    settings: listIn(seen.settings).map(given),
    alarms: listIn(seen.alarms),
    log: 'value' in seen.log ? seen.log.value.lines : [],
    carriers: listIn(seen.carriers),
    held: seen.isHeld,
    next: nextCommands(seen),
    unread,
    page,
  }
}

function listIn<T>(seen: Attempt<readonly T[]>): readonly T[] {
  return 'value' in seen ? seen.value : []
}

/** Without the fields that have no value. */
function given<T extends object>(all: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never
}
