import { awsErrors } from '../../aws/errors.ts'
import type { AwsSettings } from '../../aws/io/calls.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { attemptAsync, valueIn } from '../../base/attempt.ts'
import { nothingChanged } from '../../base/stop.ts'
import { UserError } from '../../base/user-error.ts'
import { type Environment, findEnvironment } from '../../catalogue/environments.ts'
import { findService } from '../../catalogue/find-service.ts'
import { attemptToReadServices } from '../../catalogue/io/work-tree.ts'
import { givenIn, type ServiceConfig } from '../../catalogue/service-config.ts'
import { rollbackAnswer } from '../../cli/answers/ledger/rollback.ts'
import { action, type Invocation } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import type { Ended, endRollback } from '../../deploy/io/end-rollback.ts'
import type { Back } from '../../deploy/io/finish-back.ts'
import { kindOf } from '../../kinds/all.ts'
import type { Applied } from '../../kinds/applied.ts'
import { mainOf, wholeOf } from '../../kinds/io/mover.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import { connectLedgerOf } from '../../ledger/io/environment-ledger.ts'
import type { State } from '../../ledger/state.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { printTarget, type Target } from '../../names/target.ts'
import { environmentSettings, openProject, type Project } from '../../project/io/project.ts'
import type { RollbackOptions } from '../../rollback.ts'
import { isSettled } from '../../rollout/back.ts'
import { commandAgain, describeArrival, describePlace, unfinished } from '../../rollout/back-messages.ts'
import { rolloutErrors } from '../../rollout/errors.ts'
import { type Chosen, chooseBack } from '../../rollout/io/back/choose.ts'
import { type BackTools, type Sight, seeBefore } from '../../rollout/io/back/see.ts'
import { sendBack } from '../../rollout/io/back/send.ts'
import { confirmName } from './confirm-name.ts'

/** `make rollback`. */
export const rollback = action({
  answer: rollbackAnswer,
  async run(
    { ENV, SERVICE, REASON, TO, VERSION, CONFIRM, PR, WAIT, UNLOCK }: RollbackOptions,
    { report, ...invocation },
  ) {
    const signal = invocation.untilStopped()
    invocation.nowTrue(nothingChanged)
    if (TO !== undefined && VERSION !== undefined)
      throw new UserError(rolloutErrors['rollback-ambiguous'], 'it is not clear where to go back to', {
        remedy: 'Give either TO, an entry of the ledger, or VERSION.',
      })
    const project = await openProject(invocation)
    const environment = findEnvironment(project.environments, ENV)
    const { service, config } = await findOne(project, SERVICE)
    const target: Target = { service, environment: ENV }
    const applied = locate(target, config, environment)
    const settings = environmentSettings(project, ENV, environment, invocation.aws)
    const tools = await connect(project, { target, applied, settings }, { ...invocation, signal })
    const sight = await seeBefore(tools, target, applied).catch(async error => {
      throw await explainUnseen(error, settings)
    })
    requireOwnAccount(sight, environment, ENV)
    const chosen = await chooseBack(tools, { target, applied, wish: { to: TO, version: VERSION } }, sight)
    const { pointer } = sight.standing
    const from = wholeOf(pointer) ?? mainOf(pointer) ?? 'nothing'
    const { revision, tag, digest, sequence } = chosen
    const to = { revision, ...(tag && { tag }), ...(digest && { digest }), ...(sequence && { sequence }) }
    const answer = { service, environment: ENV, from, to }
    const where = describePlace(applied, chosen)
    const state = valueIn(sight.head)?.state
    if (chosen.isThere && state !== undefined && isSettled(state, revision)) {
      tellSettled(report, target, where, state)
      return { ...answer, result: 'already back' as const, milliseconds: 0 }
    }
    tellChoice(report, { target, chosen, where }, sight)
    if (invocation.dryRun) {
      report.line('Nothing was changed (DRY_RUN=1).')
      return { ...answer, result: 'would go back' as const, milliseconds: 0 }
    }
    if (!chosen.isThere)
      await confirmName(invocation.ask, target, {
        question: `Send the traffic back to ${tag ?? where}?`,
        given: CONFIRM,
        code: rolloutErrors['rollback-not-confirmed'],
        effect: 'to go on',
        takesShort: true,
      })
    invocation.nowTrue('The traffic may be on its way back: run this again to see.')
    const deadline = { from: project.clock.now(), ms: WAIT ?? arrivalMs }
    const isOurs = await sendBack(tools, { target, applied, revision }, sight, deadline)
    const milliseconds = Math.round(performance.now())
    const isBack = `the traffic of ${printTarget(target)} is back on ${where}`
    report.item('passed', `${isBack}${describeArrival({ isOurs, wasThere: chosen.isThere, milliseconds })}`)
    invocation.nowTrue(`But ${isBack}.`)
    const back: Back = {
      target,
      revision,
      of: sequence,
      from: { revision: from },
      reason: REASON,
      seen: valueIn(sight.head)?.sequence,
    }
    const finishing = { ...invocation, signal, report, unlock: UNLOCK, isProposed: PR }
    const rest = await finish(finishing, project, back).catch(error => {
      throw unfinished(error, isBack, commandAgain(target, { REASON, TO, VERSION, PR: PR ? '1' : undefined }))
    })
    const result = isOurs ? ('back' as const) : ('already back' as const)
    return { ...answer, result, milliseconds, ...rest }
  },
})

const arrivalMs = 15 * 60_000

async function findOne(
  { git }: Project,
  named: readonly ServiceName[],
): Promise<{ readonly service: ServiceName; readonly config: ServiceConfig }> {
  const [name, ...others] = named
  if (name === undefined || others.length > 0)
    throw new UserError(rolloutErrors['rollback-ambiguous'], 'make rollback takes one service at a time')
  const seen = await attemptToReadServices(git.root)
  const service = findService(seen, name)
  return { service, config: seen.services.get(service) as ServiceConfig }
}

/** What identifies the pointer. Its release and revision are what is to be found out. */
function locate(target: Target, config: ServiceConfig, environment: Environment): Applied {
  const given = givenIn(config, { name: target.environment, environment })
  const located = kindOf(config).locate?.(target, environment, given)
  if (located !== undefined) return { ...located, kind: config.kind, tag: '', revision: '' } as Applied
  throw new UserError(
    rolloutErrors['rollback-nothing'],
    `environments.json does not say where ${printTarget(target)} runs`,
  )
}

type Place = { readonly target: Target; readonly applied: Applied; readonly settings: AwsSettings }

async function connect(
  project: Project,
  { target, applied, settings }: Place,
  { aws, signal }: Pick<Invocation, 'aws'> & { readonly signal: AbortSignal },
): Promise<BackTools> {
  // One attempt: a ledger that cannot be reached must not hold the traffic back.
  const ledger = connectLedgerOf(project, target.environment, { ...aws, maxAttempts: 1 })
  ledger.catch(() => undefined)
  const mover = await connectMovers(settings, project.clock)(applied.kind)
  return { mover, ledger, stores: project.stores, clock: project.clock, signal }
}

/** Another account has nothing of that name: then whose credentials these are says more than what is missing. */
async function explainUnseen(error: unknown, settings: AwsSettings): Promise<unknown> {
  const identity = await attemptAsync(() => requireAccount(settings))
  return 'error' in identity && identity.error.errorCode === awsErrors['aws-wrong-account']
    ? identity.error
    : error
}

/** Throws if the pointer is in another account: the fast half asks nobody else whose credentials these are. */
function requireOwnAccount({ standing: { account } }: Sight, environment: Environment, name: string): void {
  if (account === undefined || account === environment.account) return
  throw new UserError(
    awsErrors['aws-wrong-account'],
    `these credentials do not belong to the account ${environment.account}`,
    {
      cause: `they belong to ${account}`,
      remedy: `Use credentials of ${environment.account}, which environments.${name} names.`,
    },
  )
}

function tellChoice(
  report: Reporter,
  {
    target,
    chosen: { isThere, passedOver },
    where,
  }: { readonly target: Target; readonly chosen: Chosen; readonly where: string },
  { head, standing }: Sight,
): void {
  if ('error' in head) {
    report.item('left out', `the ledger cannot be read: ${head.error.message}`)
    report.item('left out', 'going back to what AWS itself knows as good')
  }
  for (const one of passedOver) report.item('left out', `passed over ${one}`)
  const state = valueIn(head)?.state
  if (state?.open?.type === 'rollout')
    report.line(`The rollout that entry ${state.open.sequence} began ends here.`)
  report.line(
    isThere
      ? `${printTarget(target)} already runs ${where}: the rest is finished.`
      : `${printTarget(target)}: ${standing.pointer.says}; it goes back to ${where}.`,
  )
}

function tellSettled(report: Reporter, target: Target, where: string, { hold }: State): void {
  const { service, environment } = target
  report.line(
    `${printTarget(target)} already runs ${where}, and its ledger says so: there is nothing to go back from.`,
  )
  if (hold === null)
    report.line(
      `It is not held: make hold ENV=${environment} SERVICE=${service} REASON='…' stops the deploys that would change it.`,
    )
}

// The traffic must not wait until the slow half is loaded.
async function finish(...all: Parameters<typeof endRollback>): Promise<Ended> {
  const { endRollback } = await import('../../deploy/io/end-rollback.ts')
  return await endRollback(...all)
}
