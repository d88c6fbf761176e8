import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Attempt, attemptAsync, errorsOf, unwrap, valueIn, valuesOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { count, firstFew } from '../../base/printable.ts'
import { nothingChanged } from '../../base/stop.ts'
import { UserError } from '../../base/user-error.ts'
import { rolloutPlan, type ServiceConfig } from '../../catalogue/service-config.ts'
import { serviceJsonSource } from '../../catalogue/sources.ts'
import { type PlanAnswer, planAnswer } from '../../cli/answers/plan.ts'
import { action } from '../../cli/command.ts'
import { environmentName, flag, lockId, serviceList } from '../../cli/options/option-types.ts'
import { printPlan } from '../../cli/print-plan.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { describeHeldTraffic, describeHold, type Hold } from '../../ledger/hold.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import { type LedgerStand, readStands } from '../../ledger/io/holds.ts'
import { settingsDigest } from '../../ledger/io/settings-digest.ts'
import { chooseTargets, type Pinned, unusableTargets } from '../../pin/io/pinned.ts'
import { packPlan } from '../../plan/bundle.ts'
import { planErrors } from '../../plan/errors.ts'
import { findOrphanedStates, type OrphanedState } from '../../plan/io/orphaned-states.ts'
import { type Planned, planTargets } from '../../plan/io/plan-targets.ts'
import { differsFromRemote, requireRemoteHead } from '../../plan/io/remote-head.ts'
import { openSession, type Session } from '../../plan/io/session.ts'
import { planStore, type SavedPlan } from '../../plan/io/store.ts'
import { summarizePlan } from '../../plan/summary.ts'
import { readOutlooks } from '../../rollout/io/outlook.ts'
import { readRunning } from '../../rollout/io/running.ts'
import { type Outlook, printOutlook } from '../../rollout/outlook.ts'
import {
  describeForeign,
  describePhase,
  inPhase,
  isHeldThere,
  isOnItsWay,
  type Running,
  replaceForeign,
} from '../../rollout/running.ts'
import { printPhases } from '../../strategy/phases.ts'
import { deployMinutes } from '../../strategy/session.ts'
import { planFile } from '../../terraform/io/stack.ts'
import { countActions } from '../../terraform/plan-json.ts'

/** `make plan`. */
export const plan = action({
  options: {
    ENV: environmentName,
    SERVICE: serviceList.optional(),
    ALL: flag,
    OUT: z.string().optional(),
    UNLOCK: lockId,
  },
  answer: planAnswer,
  async run({ ENV, SERVICE, ALL, OUT, UNLOCK }, { report, ...invocation }) {
    const choose = (pinned: Pinned) => {
      const chosen = chooseTargets(pinned, SERVICE)
      if (OUT !== undefined && chosen.length !== 1) throw severalInOneFile(chosen.length)
      return chosen
    }
    const wanted = {
      name: ENV,
      command: 'make plan',
      unlock: UNLOCK,
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
      const saved =
        OUT === undefined || invocation.dryRun
          ? undefined
          : await save(session, planned, OUT, invocation.folder)
      const stands = unwrap(read)
      showStands(report, stands)
      const holds = valuesOf(stands).flatMap(({ service, hold }) => (hold ? [{ service, hold }] : []))
      const drift = ALL ? await observeDrift(session, planned, valuesOf(stands)) : undefined
      if (drift !== undefined) showDrift(report, drift)
      if (paths.length > 0)
        report.item('left out', `this work tree differs from the remote: ${firstFew(paths)}`)
      const isManual = pinned.environment.deploy === 'manual'
      const document = {
        environment: ENV,
        isManual,
        plans: planned.map(one => describePlan(one, pinned, outlooks.get(one.target.service))),
        holds: holds.map(({ service, hold }) => ({ service, ...hold })),
        rollouts: valuesOf(stands).flatMap(describeRollout),
        ...describeDrift(drift),
        ...saved,
      }
      const unusable = SERVICE === undefined ? unusableTargets(pinned).map(([, error]) => error) : []
      joinErrors([...errorsOf(plans.results), ...unusable, ...(drift?.errors ?? [])], document)
      report.line(end(planned, ENV, saved, drift, valuesOf(stands)))
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
  { services }: Pinned,
  outlook?: Outlook,
) {
  const { service, environment } = target
  const { changes, isEmpty } = view
  const summary = countActions(view)
  const config = services.get(service) as ServiceConfig
  const minutes = deployMinutes(rolloutPlan(config, target, serviceJsonSource(service)).phases)
  const plan = { service, environment, from, to, commits, changes, isEmpty, minutes, summary }
  return outlook === undefined ? plan : { ...plan, rollout: describeOutlook(outlook) }
}

function describeOutlook({ phases, detections, ...outlook }: Outlook) {
  return { strategy: printPhases(phases), phases: detections, ...outlook }
}

async function save(
  { pinned, settings, terraform, project }: Session,
  [planned]: readonly Planned[],
  place: string,
  folder: string,
): Promise<SavedPlan | undefined> {
  if (planned === undefined) return undefined
  const { target, stack } = planned
  const [config, plan] = await Promise.all(
    ['cdk.tf.json', planFile].map(name => readFile(join(stack.folder, name))),
  )
  const about = {
    schema: 1,
    service: target.service,
    environment: target.environment,
    pin: target.pinText,
    head: pinned.head,
    settings: settingsDigest(
      target,
      pinned.services.get(target.service) as ServiceConfig,
      pinned.environment,
    ),
    terraform: terraform.version,
  } as const
  const bytes = packPlan({ about, stack: config as Buffer, plan: plan as Buffer })
  const store = planStore(settings, pinned.environment, { folder, clock: project.clock })
  return await store.save(place, target, bytes)
}

/** `heldBy` is what keeps traffic where a rollback sent it, or where it was; `isOnItsWay` while a rollout is in a phase. */
type PointerSeen = Running & {
  readonly service: string
  readonly heldBy: Hold | undefined
  readonly isOnItsWay: boolean
}

type Drift = {
  readonly pointers: readonly PointerSeen[]
  readonly orphans: readonly OrphanedState[]
  /** Why some of it could not be read. */
  readonly errors: readonly UserError[]
}

// Lambda answers 15 calls a second for an account (AWS Lambda developer guide, "Lambda quotas").
const mostReadAtOnce = 4

async function observeDrift(
  session: Session,
  planned: readonly Planned[],
  stands: readonly LedgerStand[],
): Promise<Drift> {
  const { project, settings, pinned } = session
  const movers = connectMovers(settings, project.clock)
  const applied = planned.flatMap(({ target, summary: { view } }) =>
    view.before === undefined ? [] : [{ service: target.service, before: view.before }],
  )
  const [running, found] = await Promise.all([
    sideBySide(applied, mostReadAtOnce, async ({ service, before }) => {
      const stand = stands.find(one => one.service === service)
      const good = stand?.state.good ?? []
      const running = await readRunning(movers, project.stores, unwrap(before), good)
      const isHeld = !running.isApplied && isHeldThere(running, { hold: stand?.hold, good: good[0] })
      const phase = stand && inPhase(stand.state, stand.time)
      const heldBy = isHeld ? stand?.hold : undefined
      return { service, ...running, heldBy, isOnItsWay: isOnItsWay(running, phase) }
    }),
    attemptAsync(() => findOrphanedStates(project, settings, pinned)),
  ])
  const orphans = valueIn(found) ?? []
  // Credentials of this environment may well have no rights on what is left of another.
  const own = orphans.filter(({ environment }) => environment === pinned.name)
  return {
    pointers: valuesOf(running),
    orphans,
    errors: errorsOf([...running, found, ...own.map(({ resources }) => resources)]),
  }
}

function describeDrift(drift: Drift | undefined): Pick<PlanAnswer, 'pointers' | 'orphans'> {
  if (drift === undefined) return {}
  const orphans = drift.orphans.map(({ address, environment, service, why, resources }) => ({
    state: address,
    environment,
    ...(service && { service }),
    why,
    ...('value' in resources ? { resources: resources.value } : { problem: resources.error.message }),
  }))
  const pointers = drift.pointers.map(({ heldBy, ...seen }) => ({ ...seen, isHeld: heldBy !== undefined }))
  return { pointers, orphans }
}

function showDrift(report: Reporter, { pointers, orphans }: Drift): void {
  for (const { service, heldBy, isOnItsWay, ...running } of pointers) {
    if (heldBy !== undefined)
      report.item('left out', `${service}: ${running.says}; ${describeHeldTraffic(heldBy)}`)
    else if (isOnItsWay) report.item('left out', `${service}: ${running.says}`)
    else report.item(running.isApplied ? 'passed' : 'failed', `${service}: ${running.says}`)
    for (const one of running.foreign)
      report.item('failed', `${service}: ${describeForeign(running, one)}. ${replaceForeign}`)
  }
  for (const { subject, why, remedy, resources } of orphans) {
    const state =
      'value' in resources
        ? `but its state has ${count(resources.value, 'resource')}: ${remedy}`
        : `and its state cannot be read (${resources.error.message}): ${remedy}`
    report.item('failed', `${subject}: ${why}, ${state}`)
  }
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
  environment: string,
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
  const misrouted =
    drift?.pointers
      .filter(one => !one.isApplied && one.heldBy === undefined && !one.isOnItsWay)
      .map(({ service }) => service) ?? []
  if (changing.length === 0 && misrouted.length > 0)
    return `The traffic does not go to what was applied: make deploy ENV=${environment} SERVICE=${misrouted.join(',')} sends it there.`
  const foreign = drift?.pointers.filter(one => one.foreign.length > 0).map(({ service }) => service) ?? []
  if (changing.length === 0 && foreign.length > 0)
    return `${foreign.join(', ')}: not only what was released is there, and make deploy of the same release does not replace it.`
  if (changing.length === 0) return `${environment} matches its pins: there is nothing to apply.`
  const held = new Set(stands.filter(({ hold }) => hold !== undefined).map(({ service }) => service))
  const names = changing.map(({ target }) => target.service).filter(service => !held.has(service))
  if (names.length === 0)
    return `Nothing was changed, and make deploy changes nothing while ${[...held].join(', ')} is held.`
  return `Nothing was changed. To apply it: make deploy ENV=${environment} SERVICE=${names.join(',')}`
}
