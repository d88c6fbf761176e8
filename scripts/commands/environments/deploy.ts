import { connectCloudWatch } from '../../aws/io/cloudwatch.ts'
import { errorsOf, unwrap, valuesOf } from '../../base/attempt.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { quote } from '../../base/printable.ts'
import { nothingChanged, requireRunning } from '../../base/stop.ts'
import { UserError } from '../../base/user-error.ts'
import type { ServiceConfig } from '../../catalogue/service-config.ts'
import { type DeployAnswer, deployAnswer } from '../../cli/answers/deploy.ts'
import { action, type Invocation } from '../../cli/command.ts'
import { printPlan } from '../../cli/print-plan.ts'
import { requireStepper } from '../../deploy/detach.ts'
import { deployErrors } from '../../deploy/errors.ts'
import { deployTargets, isWatchedTarget } from '../../deploy/io/deploy-targets.ts'
import { followEnvironment } from '../../deploy/io/follow-targets.ts'
import { makePlans } from '../../deploy/io/make-plans.ts'
import { accept, refuseTaken } from '../../deploy/io/permit.ts'
import { showPhases } from '../../deploy/io/show-phases.ts'
import { describeDeployed, endOfDeploy } from '../../deploy/report.ts'
import type { DeployOptions } from '../../deploy.ts'
import { deadlinesIn } from '../../guardian/io/deadlines.ts'
import { connectMovers, type Movers } from '../../kinds/io/movers.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import { whoActs } from '../../ledger/who.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { announced } from '../../notify/io/outbox.ts'
import { chooseTargets, type Pinned, unusableTargets } from '../../pin/io/pinned.ts'
import type { Planned } from '../../plan/io/plan-targets.ts'
import { openSession } from '../../plan/io/session.ts'
import { summarizePlan } from '../../plan/summary.ts'
import { boardOn } from '../../rollout/following/board.ts'
import { isWhereApplied } from '../../rollout/io/running.ts'
import { countActions } from '../../terraform/plan-json.ts'

/** `make deploy`. */
export const deploy = action({
  answer: deployAnswer,
  async run(options: DeployOptions, { report, folder, dryRun, ask, ...invocation }) {
    const { ENV, SERVICE, ALLOW_REPLACE = [], WAIT, PLAN, UNLOCK, ADOPT, ON_STOP = 'back', DETACH } = options
    const untilStopped = { ...invocation, report, folder, signal: invocation.untilStopped() }
    if (options.FOLLOW) return await follow(options, untilStopped)
    const stoppable = { ...invocation, folder, signal: untilStopped.signal }
    invocation.nowTrue(nothingChanged)
    if (ADOPT && PLAN !== undefined)
      throw new UserError(deployErrors['deploy-adopt'], 'ADOPT makes a plan, and PLAN is one already')
    const command = ADOPT ? 'make deploy ADOPT=1' : 'make deploy'
    const wanted = { name: ENV, command, unlock: UNLOCK, adopt: ADOPT, needsStacks: PLAN === undefined }
    const check = (pinned: Pinned) => void chooseTargets(pinned, SERVICE)
    const session = await openSession(stoppable, { ...wanted, progress: report.progress, check })
    const { pinned, settings, project } = session
    const targets = chooseTargets(pinned, SERVICE)
    if (DETACH && targets.some(target => isWatchedTarget(session, target)))
      requireStepper(ENV, pinned.environment.guardian)
    const movers = connectMovers(settings, project.clock)
    const planning = makePlans(session, targets, options, folder)
    connectAhead(
      movers,
      targets.flatMap(({ service }) => pinned.services.get(service) ?? []),
    )
    const plans = await planning
    try {
      const connected = await connectLedgerOf(project, pinned.name, invocation.aws)
      const ledger = announced(connected, { project, name: ENV, report, ...invocation })
      const ledgers = { ledger, who: whoActs(session.identity.arn, invocation.environment) }
      for (const { summary } of valuesOf(plans.results)) printPlan(report, summarizePlan(summary))
      const permitted = plans.results.map(result => accept(result, ALLOW_REPLACE))
      const isAsked = pinned.environment.deploy === 'manual' && PLAN === undefined && !dryRun
      // Each target's ledger is read before its apply anyway, but nobody should be asked in vain.
      const accepted =
        isAsked || dryRun ? await refuseTaken(session, { movers, ...ledgers }, permitted) : permitted
      const planned = valuesOf(accepted)
      if (isAsked) await requireConsent(pinned.name, movers, planned, ask)
      requireRunning(stoppable.signal)
      if (!dryRun) invocation.nowTrue(partlyDone)
      const board = boardOn(report)
      const done = dryRun
        ? []
        : await deployTargets(
            session,
            {
              movers,
              clock: project.clock,
              signal: stoppable.signal,
              waitMs: WAIT,
              onStop: ON_STOP,
              isDetached: DETACH ?? false,
              cloudwatch: connectOnce(() => connectCloudWatch(settings, project.clock)),
              board,
              deadlines: deadlinesIn(project, ENV, settings),
              ...ledgers,
            },
            planned,
          )
      const summary = invocation.environment.GITHUB_STEP_SUMMARY
      await showPhases(report, board.rows(), { name: ENV, summary })
      const deployed = valuesOf(done)
      for (const one of deployed) report.item('passed', describeDeployed(ENV, one))
      const failed = [...accepted, ...done].filter(result => 'error' in result)
      if (targets.length > 1)
        for (const { target, error } of failed) report.item('failed', `${target.service}: ${error.message}`)
      const unusable = SERVICE === undefined ? unusableTargets(pinned) : []
      for (const [service, error] of unusable) report.item('failed', `${service}: ${error.message}`)
      const document = {
        environment: ENV,
        planned: planned.map(({ summary: { target, from, to, view } }) => {
          return { service: target.service, from, to, changes: countActions(view) }
        }),
        results: deployed,
        terraformMs: Math.round(session.terraform.spentMs()),
        synthMs: Math.round(plans.synthMs),
        // Since the start of this process.
        totalMs: Math.round(performance.now()),
      }
      joinErrors([...errorsOf(failed), ...unusable.map(([, error]) => error)], document)
      report.line(dryRun ? 'Nothing was changed (DRY_RUN=1).' : endOfDeploy(ENV, planned.length, deployed))
      return document
    } finally {
      await plans.remove()
    }
  },
})

type Followed = { readonly ENV: string; readonly SERVICE?: ServiceName[] | undefined }

/** Follows what is under way; an option that says what to deploy makes no sense then. */
async function follow(
  {
    ENV,
    SERVICE,
    DETACH,
    PLAN,
  }: Followed & { readonly DETACH?: boolean | undefined; readonly PLAN?: string | undefined },
  { report, ...invocation }: Parameters<typeof followEnvironment>[1] & Pick<Invocation, 'report'>,
): Promise<DeployAnswer> {
  if (DETACH || PLAN !== undefined)
    throw new UserError(
      deployErrors['deploy-follow'],
      'FOLLOW deploys nothing, so it takes no DETACH and no PLAN',
    )
  const board = boardOn(report)
  const followed = await followEnvironment({ name: ENV, services: SERVICE }, invocation, board)
  const results = valuesOf(followed).filter(one => one !== undefined)
  for (const one of results) report.item('passed', describeDeployed(ENV, one))
  const totalMs = Math.round(performance.now())
  const document = { environment: ENV, planned: [], results, terraformMs: 0, synthMs: 0, totalMs }
  joinErrors(errorsOf(followed), document)
  if (results.length === 0) report.line(`No rollout is under way in ${ENV}.`)
  return document
}

/** Connects when it is first asked to, and only then. */
function connectOnce<Connection>(connect: () => Promise<Connection>): () => Promise<Connection> {
  let connected: Promise<Connection> | undefined
  return () => {
    connected ??= connect()
    return connected
  }
}

const partlyDone =
  'What Terraform had applied by then is in the state, and traffic that was sent to a new revision stays there.'

/** Connects the movers while the plans are made. */
function connectAhead(movers: Movers, services: readonly ServiceConfig[]): void {
  // The rollout awaits the connection and reports its error.
  for (const kind of new Set(services.map(service => service.kind))) movers(kind).catch(() => undefined)
}

async function requireConsent(
  name: string,
  movers: Movers,
  planned: readonly Planned[],
  ask: Invocation['ask'],
): Promise<void> {
  const pointers = await Promise.all(
    planned.map(async ({ summary: { view } }) =>
      view.isEmpty && view.before !== undefined ? await isWhereApplied(movers, unwrap(view.before)) : false,
    ),
  )
  if (pointers.every(Boolean)) return
  const answer = await ask(`Apply this to ${name}? Type ${name} to go on: `)
  if (answer === name) return
  throw new UserError(
    deployErrors['deploy-not-approved'],
    answer === undefined
      ? `${name} needs approval for each deploy, and this is not a terminal`
      : 'not confirmed: nothing was changed',
    {
      cause:
        answer === undefined
          ? `deploy is manual for ${name} in cdktf/environments.json`
          : `the answer was ${answer === '' ? 'empty' : quote(answer)}`,
      remedy:
        answer !== undefined
          ? `Run it again and type ${name}, the name of the environment, to apply the plan.`
          : `make plan ENV=${name} SERVICE=… OUT=<file>, have it approved, then: make deploy ENV=${name} SERVICE=… PLAN=<file> PLAN_SHA256=…`,
    },
  )
}
