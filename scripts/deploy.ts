import { z } from 'zod'
import { readApprovedPlan } from './adapters/approved-plan.ts'
import { planStore } from './adapters/plan-store.ts'
import {
  forEach,
  mostAtOnce,
  openRun,
  type Planned,
  type Plans,
  planTargets,
  type Result,
  type Run,
  restorePlan,
} from './adapters/plans.ts'
import type { RolloutTools } from './adapters/rollout-tools.ts'
import { connectAhead, readPointer, rollOut, rolloutTools } from './adapters/rollouts.ts'
import {
  chooseTargets,
  type PinnedTarget,
  requirePinsUnchanged,
  requireRemoteHead,
} from './adapters/targets.ts'
import { applyPlan } from './adapters/terraform-stack.ts'
import { type Invocation, runCommand } from './cli/command.ts'
import { duration, environmentName, serviceList } from './cli/option-types.ts'
import { showPlan } from './cli/show-plan.ts'
import { joinErrors } from './core/join-errors.ts'
import { summarizePlan } from './core/plan-summary.ts'
import { count } from './core/printable.ts'
import { printTarget } from './core/stack-names.ts'
import type { StackOutputs } from './core/synth-input.ts'
import { countActions, forbidden, type ResourceChange } from './core/terraform-plan.ts'
import { UserError } from './core/user-error.ts'

const defaultWaitMs = 15 * 60_000

await runCommand({
  name: 'deploy',
  summary:
    'Brings an environment to what is pinned: plans, applies exactly that plan, and sends the traffic to what was applied.',
  options: {
    ENV: environmentName.describe('The environment, as in staging'),
    SERVICE: serviceList
      .optional()
      .describe('The service, or several with a comma between; all that are pinned by default'),
    PLAN: z
      .string()
      .optional()
      .describe(
        'A plan that make plan OUT=… saved and somebody approved: a file, or s3://… in the state bucket',
      ),
    PLAN_SHA256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 that make plan has printed')
      .optional()
      .describe('The SHA-256 of that file, as it was approved'),
    ALLOW_REPLACE: z
      .string()
      .transform(text => text.split(',').map(word => word.trim()))
      .optional()
      .describe('Addresses that may be replaced or destroyed, with a comma between'),
    WAIT: duration.optional().describe('How long a rollout may take, as in 30m; 15m by default'),
    UNLOCK: z
      .string()
      .regex(/^[0-9a-f-]{36}$/, 'must be the id of a lock, as the message about it says')
      .optional()
      .describe('The id of a lock that a dead run has left: it is removed first'),
  },
  async run(options, { report, ...invocation }) {
    const { ENV, SERVICE, ALLOW_REPLACE = [], WAIT = defaultWaitMs } = options
    const stoppable = { ...invocation, signal: invocation.untilStopped() }
    const run = await openRun(stoppable, ENV, report.progress, options.PLAN === undefined)
    const targets = chooseTargets(run.pinned, SERVICE)
    const tools = rolloutTools(run.settings, { ...run.workspace, signal: run.signal, waitMs: WAIT })
    const planning = makePlans(run, targets, options, invocation.folder)
    connectAhead(
      tools,
      targets.map(({ service }) => run.pinned.services.get(service)),
    )
    const plans = await planning
    try {
      for (const result of plans.results)
        if ('value' in result) showPlan(report, summarizePlan(result.value.summary))
      const accepted = plans.results.map(result => accept(result, ALLOW_REPLACE))
      const planned = accepted.flatMap(result => ('value' in result ? [result.value] : []))
      const done = invocation.dryRun
        ? []
        : await deployAll({
            run,
            tools,
            planned,
            ask: invocation.ask,
            isApproved: options.PLAN !== undefined,
          })
      const failed = [...accepted, ...done].flatMap(result => ('error' in result ? [result] : []))
      for (const result of done)
        if ('value' in result) report.item('passed', describe(result.target, result.value))
      const unreadable = SERVICE === undefined ? [...run.pinned.unreadable] : []
      const failures = [...failed.map(({ target, error }) => [target.service, error] as const), ...unreadable]
      if (targets.length > 1)
        for (const [service, error] of failures) report.item('failed', `${service}: ${error.message}`)
      const deployed = done.flatMap(result => ('value' in result ? [result.value] : []))
      const document = {
        environment: ENV,
        planned: planned.map(({ summary: { target, from, to, view } }) => {
          return { service: target.service, from, to, changes: countActions(view) }
        }),
        results: deployed,
        terraformMs: Math.round(run.terraform.spentMs()),
        synthMs: Math.round(plans.synthMs),
        // Since this process began.
        totalMs: Math.round(performance.now()),
      }
      joinErrors(
        failures.map(([, error]) => error),
        document,
      )
      report.line(end(ENV, planned, deployed, invocation.dryRun))
      return document
    } finally {
      await plans.remove()
    }
  },
})

type PlanOptions = {
  readonly PLAN?: string | undefined
  readonly PLAN_SHA256?: string | undefined
  readonly UNLOCK?: string | undefined
}

async function makePlans(
  run: Run,
  targets: readonly PinnedTarget[],
  { PLAN, PLAN_SHA256, UNLOCK }: PlanOptions,
  folder: string,
): Promise<Plans> {
  if (PLAN === undefined) {
    // An approved plan holds the stack itself: what stands on this disk has no part in it.
    const services = targets.map(({ service }) => service)
    const check = requireRemoteHead(run.workspace, run.pinned.head, services)
    return await planTargets(run, targets, { unlock: UNLOCK, check })
  }
  const [target] = targets
  if (target === undefined || targets.length > 1) {
    throw new UserError('a plan is of one service', { remedy: 'Name it: SERVICE=…' })
  }
  const bundle = await readApprovedPlan(
    planStore(run.settings, run.pinned.environment, { folder, clock: run.workspace.clock }),
    { PLAN, PLAN_SHA256 },
    target,
  )
  const { remove, ...value } = await restorePlan(run, target, bundle)
  return { results: [{ target, value }], synthMs: 0, remove }
}

function accept(result: Result<Planned>, allowed: readonly string[]): Result<Planned> {
  if ('error' in result) return result
  const changes = forbidden(result.value.summary.view, allowed)
  return changes.length === 0
    ? result
    : { target: result.target, error: needsPermission(result.target, changes) }
}

function needsPermission(target: PinnedTarget, changes: readonly ResourceChange[]): UserError {
  const addresses = changes.map(({ address }) => address)
  return new UserError(
    `the plan of ${printTarget(target)} would replace or destroy what must not go by accident`,
    {
      reason: changes.map(({ address, action }) => `${address}: ${action}`).join('\n'),
      remedy: `Undo the change that asks for it; or, if it is meant: make deploy ENV=${target.environment} SERVICE=${target.service} ALLOW_REPLACE=${addresses.join(',')}`,
      refusal: 'refused',
    },
  )
}

type Deploy = {
  readonly run: Run
  readonly tools: RolloutTools
  readonly planned: readonly Planned[]
  readonly ask: Invocation['ask']
  readonly isApproved: boolean
}

async function deployAll(deploy: Deploy): Promise<Result<Deployed>[]> {
  const { run, tools, planned } = deploy
  if (run.pinned.environment.deploy === 'manual' && !deploy.isApproved) await requireConsent(deploy)
  const targets = planned.map(({ target }) => target)
  // Between the plan and now a person may have looked at it for an hour.
  await requirePinsUnchanged(run.workspace, run.pinned, targets)
  let ended = 0
  return await forEach(targets, mostAtOnce, async target => {
    const one = planned.find(plan => plan.target === target) as Planned
    const deployed = await deployOne(run, tools, one)
    run.progress(`deployed ${++ended} of ${targets.length}`)
    return deployed
  })
}

async function requireConsent({ run, tools, planned, ask }: Deploy): Promise<void> {
  const name = run.pinned.name
  const pointers = await Promise.all(
    planned.map(async ({ summary: { view } }) =>
      view.isEmpty && view.before !== undefined ? (await readPointer(tools, view.before)).isApplied : false,
    ),
  )
  if (pointers.every(Boolean)) return
  const answer = await ask(`Apply this to ${name}? Type ${name} to go on: `)
  if (answer === name) return
  throw new UserError(
    answer === undefined
      ? `${name} is deployed by a person, and there is no terminal to ask at`
      : 'not confirmed: nothing was changed',
    {
      ...(answer === undefined ? { reason: `deploy is manual for ${name} in cdktf/environments.json` } : {}),
      remedy: `make plan ENV=${name} SERVICE=… OUT=<file>, let somebody approve it, then: make deploy ENV=${name} SERVICE=… PLAN=<file> PLAN_SHA256=…`,
      refusal: 'refused',
    },
  )
}

type Deployed = {
  readonly service: string
  readonly result: 'deployed' | 'already done'
  readonly from: string | undefined
  readonly to: string
  readonly changes: string
  readonly applied: StackOutputs
}

async function deployOne(run: Run, tools: RolloutTools, planned: Planned): Promise<Deployed> {
  const { target, record, stack, summary } = planned
  const { view, from, to } = summary
  const onMessage = (text: string) => run.progress(`${target.service}: ${text}`)
  const outputs = view.isEmpty ? view.before : await applyPlan(run.terraform, stack, onMessage)
  if (outputs === undefined)
    throw new TypeError(`the stack of ${printTarget(target)} has no output "applied"`)
  run.progress(`${target.service}: sending the traffic to what was applied`)
  const pointer = await rollOut(tools, { target, record, outputs })
  const result = view.isEmpty && pointer === 'already done' ? 'already done' : 'deployed'
  return { service: target.service, result, from, to, changes: countActions(view), applied: outputs }
}

function describe(
  { environment }: PinnedTarget,
  { service, result, from, to, changes, applied }: Deployed,
): string {
  if (result === 'already done') return `${service}: ${environment} runs ${to} already`
  const before = from === undefined ? 'for the first time' : from === to ? 'as before' : `before: ${from}`
  const where =
    applied.kind === 'lambda'
      ? `${applied.live} → version ${applied.version}`
      : applied.taskDefinition.replace(/^.*\//, '')
  return `${service}: ${environment} runs ${to} (${before}; ${changes}; ${where})`
}

function end(
  environment: string,
  planned: readonly Planned[],
  deployed: readonly Deployed[],
  dryRun: boolean,
): string {
  if (planned.length === 0) return `Nothing is pinned in ${environment}: make pin ENV=${environment} TAG=…`
  if (dryRun) return 'Nothing was changed (DRY_RUN=1).'
  const fresh = deployed.filter(({ result }) => result === 'deployed')
  if (fresh.length === 0) return `${environment} runs what is pinned: there was nothing to do.`
  return `${count(fresh.length, 'service')} deployed to ${environment}. make plan ENV=${environment} ALL=1 shows how it stands.`
}
