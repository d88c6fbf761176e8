import { z } from 'zod'
import { readServices } from './adapters/files.ts'
import { requireAccount } from './adapters/identity.ts'
import { planStateBucket, type StateBucketPlan } from './adapters/state-bucket.ts'
import { synthesize } from './adapters/synth.ts'
import { findEnvironment } from './adapters/targets.ts'
import { openTerraform, type Terraform } from './adapters/terraform.ts'
import { applyPlan, initStack, planStack, type Stack } from './adapters/terraform-stack.ts'
import { awsSettings, environmentSettings, openWorkspace, type Workspace } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import { environmentName } from './cli/option-types.ts'
import type { Reporter } from './cli/reporter.ts'
import { showPlan } from './cli/show-plan.ts'
import { stateBucket } from './core/environments.ts'
import { summarizeChanges } from './core/plan-summary.ts'
import { isServiceName } from './core/service-name.ts'
import { foundation } from './core/stack-names.ts'
import type { Retired } from './core/synth-input.ts'
import { countActions, forbidden, type PlanView } from './core/terraform-plan.ts'
import { UserError } from './core/user-error.ts'

await runCommand({
  name: 'bootstrap',
  summary:
    'Makes the bucket of the state and the foundation (repositories, artifact bucket); with ENV the state bucket of that environment.',
  options: {
    ENV: environmentName
      .optional()
      .describe('The environment whose state bucket is made; the foundation by default'),
    ALLOW_REPLACE: z
      .string()
      .transform(text => text.split(',').map(word => word.trim()))
      .optional()
      .describe('Addresses that may be replaced or destroyed, with a comma between'),
  },
  async run({ ENV, ALLOW_REPLACE = [] }, { report, ...invocation }) {
    const workspace = await openWorkspace(invocation)
    const { environments } = workspace
    const place = ENV === undefined ? environments.artifacts : findEnvironment(workspace, ENV)
    const settings =
      ENV === undefined
        ? awsSettings(environments, invocation.environment)
        : environmentSettings(workspace, ENV, findEnvironment(workspace, ENV), invocation.environment)
    await requireAccount(settings)
    const bucket = await planStateBucket(settings, stateBucket(place))
    await makeBucket(report, bucket, invocation.dryRun)
    const done = { bucket: bucket.bucket, created: !bucket.exists, changed: bucket.changes }
    if (ENV !== undefined) {
      report.line(`${ENV} has a place for its state. Pin a release and deploy it: make pin ENV=${ENV} TAG=…`)
      return done
    }
    if (invocation.dryRun && !bucket.exists) {
      report.line(
        'Nothing was changed (DRY_RUN=1). The foundation can be planned once its state has a bucket.',
      )
      return done
    }
    const terraform = await openTerraform(invocation.environment, invocation.untilStopped())
    const applied = await applyFoundation({
      ...invocation,
      workspace,
      terraform,
      report,
      allowed: ALLOW_REPLACE,
    })
    report.line(applied.line)
    return { ...done, changes: applied.view.changes, retired: applied.retired }
  },
})

async function makeBucket(report: Reporter, plan: StateBucketPlan, dryRun: boolean): Promise<void> {
  const what = plan.exists ? plan.changes.join(', ') : 'made: versioned, encrypted, private, TLS only'
  if (plan.exists && plan.changes.length === 0)
    return report.item('passed', `the state bucket ${plan.bucket} is as it has to be`)
  if (dryRun)
    return report.item(
      'left out',
      `the state bucket ${plan.bucket} would be ${plan.exists ? `changed: ${what}` : what}`,
    )
  await plan.apply()
  report.item('passed', `the state bucket ${plan.bucket} was ${plan.exists ? `changed: ${what}` : what}`)
}

type Bootstrap = {
  readonly workspace: Workspace
  readonly environment: Record<string, string>
  readonly terraform: Terraform
  readonly report: Reporter
  readonly allowed: readonly string[]
  readonly dryRun: boolean
}

type Applied = { readonly line: string; readonly view: PlanView; readonly retired: readonly Retired[] }

/** Plans and applies the foundation. The repositories of services that are gone stay: they hold releases. */
async function applyFoundation(bootstrap: Bootstrap): Promise<Applied> {
  const first = await planFoundation(bootstrap, [])
  const retired = retiredBy(first.view, bootstrap.allowed)
  if (retired.length === 0) return await finish(bootstrap, first, [])
  await first.remove()
  return await finish(bootstrap, await planFoundation(bootstrap, retired), retired)
}

type FoundationPlan = { readonly stack: Stack; readonly view: PlanView; remove(): Promise<void> }

async function planFoundation(
  { workspace, environment, terraform, report }: Bootstrap,
  retired: readonly Retired[],
): Promise<FoundationPlan> {
  const { git, environments } = workspace
  const services = Object.fromEntries(await readServices(git.root))
  const synthesized = await synthesize(git.root, environment, {
    environments,
    services,
    foundation: true,
    retired,
    stacks: [],
  })
  const stack: Stack = {
    root: git.root,
    title: 'the foundation',
    folder: synthesized.folder(foundation.stack),
    state: `s3://${stateBucket(environments.artifacts)}/${foundation.stateKey}`,
    command: 'make bootstrap',
  }
  try {
    await initStack(terraform, stack)
    return { stack, view: await planStack(terraform, stack, report.progress), remove: synthesized.remove }
  } catch (error) {
    await synthesized.remove()
    throw error
  }
}

type Kept = Retired & { readonly address: string }

/** The repositories that a plan would destroy because their service is gone, and that nobody has allowed to go. */
function retiredBy(view: PlanView, allowed: readonly string[]): Kept[] {
  return view.changes.flatMap(({ address, type, action, was: { name, service = '' } }) => {
    if (type !== 'aws_ecr_repository' || action !== 'destroy' || allowed.includes(address)) return []
    return name !== undefined && isServiceName(service) ? [{ address, service, repository: name }] : []
  })
}

async function finish(
  bootstrap: Bootstrap,
  plan: FoundationPlan,
  retired: readonly Kept[],
): Promise<Applied> {
  const { report, terraform, allowed, dryRun } = bootstrap
  const { view, stack } = plan
  try {
    if (!view.isEmpty) report.line(`the foundation: ${countActions(view)}`)
    showPlan(report, summarizeChanges(view))
    for (const one of retired) report.item('left out', explainRetired(one))
    const changes = forbidden(view, allowed)
    if (changes.length > 0) throw needsPermission(changes.map(({ address }) => address))
    const outcome = { view, retired }
    if (view.isEmpty) return { ...outcome, line: 'The foundation is as it has to be: nothing was changed.' }
    if (dryRun) return { ...outcome, line: 'Nothing was changed (DRY_RUN=1).' }
    await applyPlan(terraform, stack, report.progress)
    return {
      ...outcome,
      line: 'The foundation stands. Next: make build, then make release SERVICE=… VERSION=…',
    }
  } finally {
    await plan.remove()
  }
}

function explainRetired({ service, repository, address }: Kept): string {
  return `${service} is gone; its repository ${repository} is kept, since it holds releases. To destroy it: delete its images, then make bootstrap ALLOW_REPLACE=${address}`
}

function needsPermission(addresses: readonly string[]): UserError {
  return new UserError('the foundation would replace or destroy what holds releases', {
    reason: addresses.join('\n'),
    remedy: `Undo the change that asks for it; or, if it is meant: make bootstrap ALLOW_REPLACE=${addresses.join(',')}`,
    refusal: 'refused',
  })
}
