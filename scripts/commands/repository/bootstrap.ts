import { ledgerBucket } from '../../access/ledger-bucket.ts'
import { usesPathStyle } from '../../aws/access.ts'
import { type BucketSetup, inspectBucket } from '../../aws/io/bucket.ts'
import { requireAccount } from '../../aws/io/identity.ts'
import { nothingChanged, requireRunning } from '../../base/stop.ts'
import { accessBase, explainRetired, foundationBase, type Kept, retiredBy } from '../../bootstrap/base.ts'
import { describeNew, keptLonger } from '../../bootstrap/bucket-messages.ts'
import { type BasePlan, type PlanTools, planBase } from '../../bootstrap/io/plan-base.ts'
import { refuseForeignRoles } from '../../bootstrap/io/refuse-foreign-roles.ts'
import type { BootstrapOptions } from '../../bootstrap.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { bootstrapAnswer } from '../../cli/answers/bootstrap.ts'
import { action } from '../../cli/command.ts'
import { printPlan } from '../../cli/print-plan.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { requirePermission } from '../../plan/permission.ts'
import { summarizeChanges } from '../../plan/summary.ts'
import { awsSettings, environmentSettings, openProject } from '../../project/io/project.ts'
import { applyPlan } from '../../terraform/io/stack.ts'
import { openTerraform } from '../../terraform/io/terraform.ts'
import { countActions, type PlanView } from '../../terraform/plan-json.ts'
import { stateBucket } from '../../terraform/state-bucket.ts'

/** `make bootstrap`. */
export const bootstrap = action({
  answer: bootstrapAnswer,
  async run({ ENV, ADOPT, ALLOW_REPLACE = [], UNLOCK }: BootstrapOptions, { report, ...invocation }) {
    const signal = invocation.untilStopped()
    invocation.nowTrue(nothingChanged)
    const project = await openProject(invocation)
    const { environments } = project
    const place = ENV === undefined ? environments.artifacts : findEnvironment(environments, ENV)
    const settings =
      ENV === undefined
        ? awsSettings(environments, invocation.aws)
        : environmentSettings(project, ENV, findEnvironment(environments, ENV), invocation.aws)
    const { arn } = await requireAccount(settings)
    const bucket = await inspectBucket(settings, stateBucket(place))
    const ledger =
      ENV === undefined
        ? undefined
        : await inspectBucket(settings, ledgerBucket(environments, findEnvironment(environments, ENV), arn))
    if (bucket.exists)
      await refuseForeignRoles(project, settings, { environment: ENV, allowed: ALLOW_REPLACE })
    requireRunning(signal)
    if (!invocation.dryRun) invocation.nowTrue(partlyDone)
    await makeBucket(report, bucket, invocation.dryRun)
    if (ledger !== undefined) await makeBucket(report, ledger, invocation.dryRun)
    requireRunning(signal)
    const done = { ...made(bucket), ...(ledger === undefined ? {} : { ledger: made(ledger) }) }
    const hasAccess = environments.github !== undefined
    if (ENV !== undefined && !hasAccess) {
      report.line(next(ENV, invocation.dryRun))
      return done
    }
    if (invocation.dryRun && !bucket.exists) {
      report.line('Nothing was changed (DRY_RUN=1). The rest can be planned once the state bucket exists.')
      return done
    }
    const terraform = await openTerraform(invocation.environment, {
      lockTimeoutMs: invocation.settings.lockTimeoutMs,
      pathStyle: usesPathStyle(invocation.aws),
      signal,
    })
    const adopt = ADOPT ? settings : undefined
    const more = { report, adopt, progress: report.progress, allowed: ALLOW_REPLACE, unlock: UNLOCK }
    const bootstrap = { ...invocation, ...more, project, terraform }
    const founded = ENV === undefined ? await applyFoundation(bootstrap) : undefined
    const access = hasAccess
      ? await applyBase(bootstrap, await planBase(bootstrap, accessBase(ENV)))
      : undefined
    const changes = [...(founded?.view.changes ?? []), ...(access?.changes ?? [])]
    report.line(next(ENV, invocation.dryRun))
    const { imports } = founded?.view ?? {}
    return { ...done, changes, imports, retired: founded?.retired ?? [] }
  },
})

const partlyDone = 'What it had created by then stays, and Terraform has it in its state.'

function next(environment: string | undefined, dryRun: boolean): string {
  if (dryRun) return 'Nothing was changed (DRY_RUN=1).'
  return environment === undefined
    ? 'The foundation is ready. Next: make build, then make release SERVICE=… VERSION=…'
    : `${environment} is ready. Next: make pin ENV=${environment} TAG=…`
}

function made({ spec, exists, changes }: BucketSetup) {
  return { bucket: spec.bucket, created: !exists, changed: changes }
}

async function makeBucket(report: Reporter, setup: BucketSetup, dryRun: boolean): Promise<void> {
  const { spec, exists, changes } = setup
  const name = `the ${spec.title} ${spec.bucket}`
  const what = exists ? `changed: ${changes.join(', ')}` : describeNew(spec)
  if (exists && changes.length === 0) report.item('passed', `${name} is up to date`)
  else if (dryRun) report.item('left out', `${name} would be ${what}`)
  else {
    await setup.apply()
    report.item('passed', `${name} was ${what}`)
  }
  const kept = keptLonger(spec, setup.retention?.days)
  if (kept !== undefined) report.item('left out', kept)
}

type Bootstrap = PlanTools & {
  readonly report: Reporter
  readonly allowed: readonly string[]
  readonly dryRun: boolean
}

type Founded = { readonly view: PlanView; readonly retired: readonly Kept[] }

/** Plans and applies the foundation. Keeps the repositories of removed services, since they hold releases. */
async function applyFoundation(bootstrap: Bootstrap): Promise<Founded> {
  const first = await planBase(bootstrap, foundationBase([]))
  const retired = retiredBy(first.view, bootstrap.allowed)
  for (const one of retired) bootstrap.report.item('left out', explainRetired(one))
  if (retired.length === 0) return { view: await applyBase(bootstrap, first), retired }
  await first.remove()
  const view = await applyBase(bootstrap, await planBase(bootstrap, foundationBase(retired)))
  return { view, retired }
}

async function applyBase(
  { report, terraform, allowed, dryRun }: Bootstrap,
  { view, stack, remove }: BasePlan,
): Promise<PlanView> {
  try {
    report.line(`${stack.title}: ${countActions(view)}`)
    printPlan(report, summarizeChanges(view))
    const problem = `${stack.title} would lose resources that hold releases or that others use`
    requirePermission(view, allowed, { problem, command: stack.command })
    if (!view.isEmpty && !dryRun) await applyPlan(terraform, stack, report.progress)
    return view
  } finally {
    await remove()
  }
}
