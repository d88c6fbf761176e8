import { ledgerBucket } from './access/ledger-bucket.ts'
import { refuseTakeover } from './access/owner.ts'
import { usesPathStyle } from './aws/access.ts'
import type { BucketSpec } from './aws/bucket.ts'
import { type BucketSetup, inspectBucket } from './aws/io/bucket.ts'
import type { AwsSettings } from './aws/io/calls.ts'
import { requireAccount } from './aws/io/identity.ts'
import { connectS3 } from './aws/io/s3.ts'
import { nothingChanged, requireRunning } from './base/stop.ts'
import { findEnvironment } from './catalogue/environments.ts'
import { readServices } from './catalogue/io/work-tree.ts'
import { bootstrapAnswer } from './cli/answers/bootstrap.ts'
import { command } from './cli/command.ts'
import { runIfMain } from './cli/io/process.ts'
import { allowedAddresses, environmentName, lockId } from './cli/option-types.ts'
import { printPlan } from './cli/print-plan.ts'
import type { Reporter } from './cli/reporter.ts'
import { isServiceName } from './names/service-name.ts'
import { requirePermission } from './plan/permission.ts'
import { summarizeChanges } from './plan/summary.ts'
import { awsSettings, environmentSettings, openProject, type Project } from './project/io/project.ts'
import { runSynth } from './stack/io/synth.ts'
import { accessStack, foundation } from './stack/names.ts'
import type { Retired, SynthInput } from './stack/synth-input.ts'
import { applyPlan, openStack, planStack, type Stack } from './terraform/io/stack.ts'
import { openTerraform, type Terraform } from './terraform/io/terraform.ts'
import { countActions, type PlanView } from './terraform/plan-json.ts'
import { stateBucket, stateSource } from './terraform/state-bucket.ts'

/** `make bootstrap`. */
export const bootstrap = command({
  name: 'bootstrap',
  summary:
    "Creates the state bucket, the foundation (repositories, artifact bucket) and CI's roles; with ENV, an environment's state bucket, ledger bucket and roles.",
  examples: ['', 'ENV=staging'],
  options: {
    ENV: environmentName
      .optional()
      .describe('The environment to create the buckets and roles for; the foundation by default'),
    ALLOW_REPLACE: allowedAddresses,
    UNLOCK: lockId,
  },
  reads: ['WAYBILL_TIMEOUT_MS', 'WAYBILL_LOCK_TIMEOUT'],
  answer: bootstrapAnswer,
  async run({ ENV, ALLOW_REPLACE = [], UNLOCK }, { report, ...invocation }) {
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
    const bootstrap = { ...invocation, project, terraform, report, allowed: ALLOW_REPLACE, unlock: UNLOCK }
    const founded = ENV === undefined ? await applyFoundation(bootstrap) : undefined
    const access = hasAccess
      ? await applyBase(bootstrap, await planBase(bootstrap, accessBase(ENV)))
      : undefined
    const changes = [...(founded?.view.changes ?? []), ...(access?.changes ?? [])]
    report.line(next(ENV, invocation.dryRun))
    return { ...done, changes, retired: founded?.retired ?? [] }
  },
})

const partlyDone = 'What it had created by then stays, and Terraform has it in its state.'

/** Throws if the roles that this would apply are another repository's. */
async function refuseForeignRoles(
  { environments, clock }: Project,
  settings: AwsSettings,
  { environment, allowed }: { readonly environment: string | undefined; readonly allowed: readonly string[] },
): Promise<void> {
  const { github, artifacts } = environments
  if (github === undefined) return
  const { stateBucket } = environment === undefined ? artifacts : findEnvironment(environments, environment)
  const { stateKey } = accessStack(environment)
  const s3 = await connectS3(settings, stateBucket, clock)
  const text = await s3.read(stateKey)
  if (text === undefined) return
  const source = stateSource(stateBucket, stateKey)
  refuseTakeover(text, source, github, { allowed, command: commandFor(environment) })
}

function commandFor(environment: string | undefined): string {
  return environment === undefined ? 'make bootstrap' : `make bootstrap ENV=${environment}`
}

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
  const kept = keptLonger(setup)
  if (kept !== undefined) report.item('left out', kept)
}

function describeNew({ retentionDays, isAppendOnly }: BucketSpec): string {
  const more = [
    ...(isAppendOnly ? ['append-only'] : []),
    ...(retentionDays === undefined ? [] : [`locked for ${retentionDays} days`]),
  ]
  return `created: ${['versioned', 'encrypted', 'private', 'TLS only', ...more].join(', ')}`
}

// A shorter retention would be the first step of rewriting history, and environments of one account share the bucket.
function keptLonger({ spec, retention }: BucketSetup): string | undefined {
  const { bucket, title, retentionDays } = spec
  if (retention === undefined || retentionDays === undefined || retention.days <= retentionDays)
    return undefined
  return `the ${title} ${bucket} keeps new objects for ${retention.days} days, not ${retentionDays}: Waybill never shortens that. To do it yourself: aws s3api put-object-lock-configuration --bucket ${bucket} …`
}

type Bootstrap = {
  readonly project: Project
  readonly environment: Record<string, string>
  readonly terraform: Terraform
  readonly report: Reporter
  readonly allowed: readonly string[]
  /** The id of a lock to remove first. */
  readonly unlock: string | undefined
  readonly dryRun: boolean
}

/** A stack that services depend on. */
type Base = {
  readonly title: string
  readonly stack: { readonly stack: string; readonly stateKey: string }
  /** The environment whose account it is in; undefined for the artifact account. */
  readonly environment: string | undefined
  readonly synth: Pick<SynthInput, 'foundation' | 'retired' | 'access'>
}

function foundationBase(retired: readonly Retired[]): Base {
  const synth = { foundation: true, retired }
  return { title: 'the foundation', stack: foundation, environment: undefined, synth }
}

function accessBase(environment: string | undefined): Base {
  const access = {
    artifacts: environment === undefined,
    environments: environment === undefined ? [] : [environment],
  }
  const title = `CI's access to ${environment ?? 'the artifacts'}`
  return { title, stack: accessStack(environment), environment, synth: { foundation: false, access } }
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

type BasePlan = { readonly stack: Stack; readonly view: PlanView; remove(): Promise<void> }

async function planBase(
  { project, environment, terraform, report, unlock }: Bootstrap,
  base: Base,
): Promise<BasePlan> {
  const { git, environments } = project
  const services = Object.fromEntries(await readServices(git.root))
  const wanted = { environments, services, stacks: [], ...base.synth }
  const synthesized = await runSynth(git.root, environment, wanted)
  const place =
    base.environment === undefined ? environments.artifacts : findEnvironment(environments, base.environment)
  const stack: Stack = {
    root: git.root,
    title: base.title,
    folder: synthesized.folder(base.stack.stack),
    state: `s3://${place.stateBucket}/${base.stack.stateKey}`,
    command: commandFor(base.environment),
  }
  try {
    await openStack(terraform, stack, unlock)
    return { stack, view: await planStack(terraform, stack, report.progress), remove: synthesized.remove }
  } catch (error) {
    await synthesized.remove()
    throw error
  }
}

type Kept = Retired & { readonly address: string }

/** The repositories that a plan would destroy because their service is gone, unless their destruction is allowed. */
function retiredBy(view: PlanView, allowed: readonly string[]): Kept[] {
  return view.changes.flatMap(({ address, type, action, was: { name, service = '' } }) => {
    if (type !== 'aws_ecr_repository' || action !== 'destroy' || allowed.includes(address)) return []
    return name !== undefined && isServiceName(service) ? [{ address, service, repository: name }] : []
  })
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

function explainRetired({ service, repository, address }: Kept): string {
  return `${service} is gone; its repository ${repository} is kept because it holds releases. To destroy it: delete its images, then make bootstrap ALLOW_REPLACE=${address}`
}

await runIfMain(import.meta, bootstrap)
