import { type Attempt, attemptAsync, errorsOf, unwrap, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { firstFew } from '../../base/printable.ts'
import { nothingChanged } from '../../base/stop.ts'
import { UserError } from '../../base/user-error.ts'
import { rolloutPlan, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { type PlanAnswer, planAnswer } from '../../cli/answers/plan.ts'
import { action } from '../../cli/command.ts'
import { printPlan } from '../../cli/print-plan.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { savePlan } from '../../deploy/io/save-plan.ts'
import { describeHold } from '../../ledger/hold.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import { type LedgerStand, readStands } from '../../ledger/io/holds.ts'
import { chooseTargets, type Pinned, unusableTargets } from '../../pin/io/pinned.ts'
import { planErrors } from '../../plan/errors.ts'
import { type Planned, planTargets } from '../../plan/io/plan-targets.ts'
import { differsFromRemote, requireRemoteHead } from '../../plan/io/remote-head.ts'
import { openSession } from '../../plan/io/session.ts'
import type { SavedPlan } from '../../plan/io/store.ts'
import { summarizePlan } from '../../plan/summary.ts'
import type { PlanOptions } from '../../plan.ts'
import {
  type Drift,
  describeDrift,
  documentDrift,
  misrouted,
  withForeignCode,
} from '../../rollout/drift/drift.ts'
import { observeDrift } from '../../rollout/drift/io/observe.ts'
import { readOutlooks } from '../../rollout/io/outlook.ts'
import { type Outlook, printOutlook } from '../../rollout/outlook.ts'
import { describePhase, inPhase } from '../../rollout/running.ts'
import { printPhases } from '../../strategy/phases.ts'
import { deployMinutes } from '../../strategy/session.ts'
import { countActions } from '../../terraform/plan-json.ts'

/** `make plan`. */
export const plan = action({
  answer: planAnswer,
  async run({ ENV, SERVICE, ALL, OUT, ADOPT, UNLOCK }: PlanOptions, { report, ...invocation }) {
    const choose = (pinned: Pinned) => {
      const chosen = chooseTargets(pinned, SERVICE)
      if (OUT !== undefined && chosen.length !== 1) throw severalInOneFile(chosen.length)
      return chosen
    }
    const wanted = {
      name: ENV,
      command: 'make plan',
      unlock: UNLOCK,
      adopt: ADOPT,
      progress: report.progress,
      check: choose,
    }
    const signal = invocation.untilStopped()
    invocation.nowTrue(nothingChanged)
    const session = await openSession({ ...invocation, signal }, wanted)
    const targets = choose(session.pinned)
    const { project, pinned } = session
    const names = targets.map(({ service }) => service)
    // A saved plan may be applied, and deploys come from the branch.
    const check = OUT === undefined ? undefined : requireRemoteHead(project, pinned.head, names)
    const [plans, paths, read] = await Promise.all([
      planTargets(session, targets, check),
      OUT === undefined ? differsFromRemote(project, pinned.head, names) : [],
      // Plans do not depend on it, so what cannot be read is said after them.
      attemptAsync(async () => readStands(await connectLedgerOf(project, ENV, invocation.aws), targets)),
    ])
    try {
      const planned = valuesOf(plans.results)
      const outlooks = await readOutlooks(session, planned.filter(isRolledOut(SERVICE)))
      for (const { target, summary } of planned) {
        const outlook = outlooks.get(target.service)
        printPlan(report, [...summarizePlan(summary), ...(outlook ? printOutlook(outlook) : [])])
      }
      const [one] = planned
      const saved =
        OUT === undefined || invocation.dryRun || one === undefined
          ? undefined
          : await savePlan(session, one, { out: OUT, folder: invocation.folder })
      const stands = unwrap(read)
      showStands(report, stands)
      const holds = valuesOf(stands).flatMap(({ service, hold }) => (hold ? [{ service, hold }] : []))
      const drift = ALL ? await observeDrift(session, planned, valuesOf(stands)) : undefined
      for (const line of drift === undefined ? [] : describeDrift(drift)) report.item(...line)
      if (paths.length > 0)
        report.item('left out', `this work tree differs from the remote: ${firstFew(paths)}`)
      const isManual = pinned.environment.deploy === 'manual'
      const document = {
        environment: ENV,
        isManual,
        plans: planned.map(one => describePlan(one, pinned, outlooks.get(one.target.service))),
        holds: holds.map(({ service, hold }) => ({ service, ...hold })),
        rollouts: valuesOf(stands).flatMap(describeRollout),
        ...(drift && documentDrift(drift)),
        ...saved,
      }
      const unusable = SERVICE === undefined ? unusableTargets(pinned).map(([, error]) => error) : []
      joinErrors([...errorsOf(plans.results), ...unusable, ...(drift?.errors ?? [])], document)
      report.line(end(planned, { name: ENV, adopts: ADOPT }, saved, drift, valuesOf(stands)))
      return document
    } finally {
      await plans.remove()
    }
  },
})

/** Whether to say what a rollout of it would see: of all services, the unchanged ones would only be in the way. */
function isRolledOut(named: readonly string[] | undefined) {
  return ({ summary }: Planned) => named !== undefined || !summary.view.isEmpty
}

function describePlan(
  { summary: { target, from, to, commits, view } }: Planned,
  { services, environment: place }: Pinned,
  outlook?: Outlook,
) {
  const { service, environment } = target
  const { changes, imports, isEmpty } = view
  const summary = countActions(view)
  const config = services.get(service) as ServiceConfig
  const minutes = deployMinutes(rolloutPlan(config, target, place, serviceJsonSource(service)).phases)
  const plan = { service, environment, from, to, commits, changes, imports, isEmpty, minutes, summary }
  return outlook === undefined ? plan : { ...plan, rollout: describeOutlook(outlook) }
}

function describeOutlook({ phases, detections, ...outlook }: Outlook) {
  return { strategy: printPhases(phases), phases: detections, ...outlook }
}

function showStands(report: Reporter, stands: readonly Attempt<LedgerStand>[]): void {
  for (const { service, hold, state, time } of valuesOf(stands)) {
    const phase = inPhase(state, time)
    if (phase !== undefined)
      report.item(phase.isAbandoned ? 'failed' : 'left out', `${service}: ${describePhase(phase)}`)
    if (hold !== undefined) report.item('left out', `${service} gets no deploy: ${describeHold(hold)}`)
  }
  // A plan needs no ledger, but a deploy does.
  for (const problem of new Set(errorsOf(stands).map(({ message, remedy }) => `${message}. ${remedy}`)))
    report.item('left out', `make deploy would fail: ${problem}`)
}

function describeRollout({
  service,
  state,
  time,
}: LedgerStand): NonNullable<PlanAnswer['rollouts']>[number][] {
  const phase = inPhase(state, time)
  return phase === undefined ? [] : [{ service, ...phase }]
}

function severalInOneFile(number: number): UserError {
  return new UserError(
    planErrors['plan-several'],
    `OUT saves the plan of one service, but there are ${number}`,
  )
}

function end(
  planned: readonly Planned[],
  { name: environment, adopts }: { readonly name: string; readonly adopts: boolean | undefined },
  saved: SavedPlan | undefined,
  drift: Drift | undefined,
  stands: readonly LedgerStand[],
): string {
  const changing = planned.filter(({ summary }) => !summary.view.isEmpty)
  if (saved !== undefined) {
    const [one] = planned
    return `Saved in ${saved.file}. When it is approved: make deploy ENV=${environment} SERVICE=${one?.target.service} PLAN=${saved.file} PLAN_SHA256=${saved.sha256}`
  }
  if (planned.length === 0) return `Nothing is pinned in ${environment}: make pin ENV=${environment} TAG=…`
  const elsewhere = drift === undefined ? [] : misrouted(drift)
  if (changing.length === 0 && elsewhere.length > 0)
    return `The traffic does not go to what was applied: make deploy ENV=${environment} SERVICE=${elsewhere.join(',')} sends it there.`
  const foreign = drift === undefined ? [] : withForeignCode(drift)
  if (changing.length === 0 && foreign.length > 0)
    return `${foreign.join(', ')}: not only what was released is there, and make deploy of the same release does not replace it.`
  if (changing.length === 0) return `${environment} matches its pins: there is nothing to apply.`
  const held = new Set(stands.filter(({ hold }) => hold !== undefined).map(({ service }) => service))
  const names = changing.map(({ target }) => target.service).filter(service => !held.has(service))
  if (names.length === 0)
    return `Nothing was changed, and make deploy changes nothing while ${[...held].join(', ')} is held.`
  return `Nothing was changed. To apply it: make deploy ENV=${environment} SERVICE=${names.join(',')}${adopts ? ' ADOPT=1' : ''}`
}
