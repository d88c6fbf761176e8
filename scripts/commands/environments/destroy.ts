import { valueIn } from '../../base/attempt.ts'
import { count } from '../../base/printable.ts'
import { nothingChanged, requireRunning } from '../../base/stop.ts'
import { UserError } from '../../base/user-error.ts'
import { destroyAnswer } from '../../cli/answers/destroy.ts'
import { action } from '../../cli/command.ts'
import { printPlan } from '../../cli/print-plan.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { deployErrors } from '../../deploy/errors.ts'
import {
  type DestroyLedger,
  findLeftOver,
  noteDestroyed,
  openDestroyLedger,
} from '../../deploy/io/note-destroyed.ts'
import type { DestroyOptions } from '../../destroy.ts'
import type { Applied } from '../../kinds/applied.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { describeHold } from '../../ledger/hold.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import { readHold } from '../../ledger/io/holds.ts'
import type { LedgerTools } from '../../ledger/io/open.ts'
import { whoActs } from '../../ledger/who.ts'
import { type ServiceName, serviceCandidates } from '../../names/service-name.ts'
import { printTarget, stackId, type Target } from '../../names/target.ts'
import { announced } from '../../notify/io/outbox.ts'
import { pinPath } from '../../pin/pin.ts'
import { findOrphanedStates } from '../../plan/io/orphaned-states.ts'
import { openSession, type Session } from '../../plan/io/session.ts'
import { targetStack } from '../../plan/io/target-stack.ts'
import { summarizeChanges } from '../../plan/summary.ts'
import { runSynth } from '../../stack/io/synth.ts'
import { applyPlan, openStack, planStack } from '../../terraform/io/stack.ts'
import { confirmName } from './confirm-name.ts'

/** `make destroy`. */
export const destroy = action({
  answer: destroyAnswer,
  async run({ ENV, SERVICE, CONFIRM, REASON, UNLOCK }: DestroyOptions, { report, ...invocation }) {
    const wanted = { name: ENV, command: 'make destroy', unlock: UNLOCK, progress: report.progress }
    const stoppable = { ...invocation, signal: invocation.untilStopped() }
    invocation.nowTrue(nothingChanged)
    const session = await openSession(stoppable, { ...wanted, needsStacks: false })
    const target: Target = { environment: ENV, service: await onlyService(session, SERVICE) }
    const { git } = session.project
    const connected = await connectLedgerOf(session.project, ENV, invocation.aws)
    const ledger = announced(connected, { project: session.project, name: ENV, report, ...invocation })
    const tools = { ledger, who: whoActs(session.identity.arn, invocation.environment) }
    const opened = await openDestroyLedger(tools, target)
    const noting = { ...tools, report, target, reason: REASON, session, dryRun: invocation.dryRun }
    const synthesized = await runSynth(git.root, invocation.environment, {
      environments: session.project.environments,
      services: {},
      foundation: false,
      stacks: [],
      removed: [target],
    })
    try {
      const stack = targetStack(session, target, synthesized.folder(stackId(target)))
      await openStack(session.terraform, stack, UNLOCK)
      const view = await planStack(session.terraform, stack, report.progress)
      const answer = { ...target, destroyed: view.changes.map(({ address }) => address) }
      if (view.isEmpty) {
        report.line(`${printTarget(target)} has no resources: there was nothing to destroy.`)
        await finishEntry(noting, opened)
        return answer
      }
      printPlan(report, summarizeChanges(view))
      if (invocation.dryRun) {
        report.line('Nothing was changed (DRY_RUN=1).')
        return { ...answer, destroyed: [] }
      }
      await confirmName(invocation.ask, target, {
        question: 'This cannot be undone.',
        given: CONFIRM,
        code: deployErrors['destroy-not-confirmed'],
        effect: 'to destroy it',
        takesShort: false,
      })
      requireRunning(stoppable.signal)
      invocation.nowTrue('What Terraform had destroyed by then is gone; the state has the rest.')
      await applyPlan(session.terraform, stack, report.progress)
      report.item(
        'passed',
        `${printTarget(target)} is gone: ${count(view.changes.length, 'resource')} destroyed`,
      )
      invocation.nowTrue(
        `${printTarget(target)} is gone. Run this again, in case its ledger does not say so.`,
      )
      await writeEntry(noting, opened, valueIn(view.before))
      if (session.pinned.pins.has(target.service))
        report.line(
          `Its pin is still there, so the next deploy re-creates it: remove ${pinPath(ENV, target.service)} in a commit.`,
        )
      return answer
    } finally {
      await synthesized.remove()
    }
  },
})

type Noting = LedgerTools & {
  readonly report: Reporter
  readonly session: Session
  readonly target: Target
  readonly reason: string | undefined
  readonly dryRun: boolean
}

async function writeEntry(
  { report, ledger, target, reason }: Noting,
  opened: DestroyLedger,
  ran: Applied | undefined,
): Promise<void> {
  if ('missing' in opened) {
    report.item('left out', `no entry was written: ${opened.missing.message}. ${opened.missing.remedy}`)
    return
  }
  await noteDestroyed(opened.writer, target, { ran, reason })
  const hold = await readHold(ledger, target, opened.writer.head())
  if (hold !== undefined) report.item('left out', `deploys of it still wait: ${describeHold(hold)}`)
}

/** Writes what an interrupted run has left out. */
async function finishEntry(noting: Noting, opened: DestroyLedger): Promise<void> {
  if ('missing' in opened) return
  const { report, target, session, dryRun, reason } = noting
  const movers = connectMovers(session.settings, session.project.clock)
  const ran = await findLeftOver(noting, opened.writer, movers, target)
  if (ran === undefined) return
  if (dryRun) return report.item('left out', `its ledger still has ${ran.tag}, and would say that it is gone`)
  await noteDestroyed(opened.writer, target, { ran, reason })
  report.item('passed', `its ledger still had ${ran.tag}, and says now that it is gone`)
}

async function onlyService(session: Session, names: readonly ServiceName[]): Promise<ServiceName> {
  const [name] = names
  if (name === undefined || names.length > 1)
    throw new UserError(deployErrors['destroy-several'], 'make destroy takes one service at a time')
  const { pinned, settings, project } = session
  const candidates = serviceCandidates(name)
  const known = candidates.find(one => pinned.services.has(one) || pinned.pins.has(one))
  if (known !== undefined) return known
  // If the folder is gone, only the state is left.
  const orphans = await findOrphanedStates(project, settings, pinned)
  return (
    candidates.find(one =>
      orphans.some(({ environment, service }) => environment === pinned.name && service === one),
    ) ?? name
  )
}
