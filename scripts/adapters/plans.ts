import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { stateBucket } from '../core/environments.ts'
import { inputsMatcher } from '../core/inputs.ts'
import type { PlanBundle } from '../core/plan-bundle.ts'
import type { PlanSummary } from '../core/plan-summary.ts'
import type { ReleaseRecord } from '../core/release-record.ts'
import { parseTag, type ReleaseTag } from '../core/release-tag.ts'
import type { ServiceConfig } from '../core/service-config.ts'
import { printTarget, stackId, stateKey, type Target } from '../core/stack-names.ts'
import { UserError } from '../core/user-error.ts'
import { compareVersions } from '../core/version.ts'
import type { AwsSettings } from './aws.ts'
import { commitsBetween } from './git-history.ts'
import { fetchMissing } from './git-remote.ts'
import { requireAccount } from './identity.ts'
import { runFolder, type Synthesized, type Synthesizer, startSynthesizer } from './synth.ts'
import { findEnvironment, observePinned, type Pinned, type PinnedTarget } from './targets.ts'
import { openTerraform, type Terraform } from './terraform.ts'
import { initStack, planFile, planStack, type Stack, showPlan, unlockStack } from './terraform-stack.ts'
import { verifyPin } from './verified-pin.ts'
import { environmentSettings, openWorkspace, type Workspace } from './workspace.ts'

/** What one run of a command works with. */
export type Run = {
  readonly workspace: Workspace
  readonly environment: Record<string, string>
  readonly pinned: Pinned
  /** Where AWS is called for the environment. */
  readonly settings: AwsSettings
  readonly terraform: Terraform
  /** Already loading its packages; undefined where no stack is asked for. */
  readonly synthesizer: Synthesizer | undefined
  readonly signal: AbortSignal
  /** What is going on, for a terminal. */
  progress(text: string): void
}

/** Opens what a command on an environment needs: its pins on the remote, Terraform, and credentials of its account. */
export async function openRun(
  invocation: { folder: string; environment: Record<string, string>; signal: AbortSignal },
  name: string,
  progress: Run['progress'],
  needsStacks = true,
): Promise<Run> {
  const { environment, signal } = invocation
  const synthesizer = needsStacks ? startSynthesizer(environment) : undefined
  const workspace = await openWorkspace(invocation)
  const settings = environmentSettings(workspace, name, findEnvironment(workspace, name), environment)
  const [pinned, terraform] = await Promise.all([
    observePinned(workspace, name),
    openTerraform(environment, signal),
    requireAccount(settings),
  ])
  return { workspace, environment, pinned, settings, terraform, synthesizer, signal, progress }
}

/** A stack with its saved plan, and what a person should know of it. */
export type Planned = {
  readonly target: PinnedTarget
  readonly record: ReleaseRecord
  readonly stack: Stack
  readonly summary: PlanSummary
}

/** What became of one target: a value, or why there is none. */
export type Result<T> = { readonly target: PinnedTarget } & (
  | { readonly value: T }
  | { readonly error: UserError }
)

/** Of Terraform's processes at the same time: it is as busy with waiting as with computing. */
export const mostAtOnce = 2 * availableParallelism()

/** Does something for several targets side by side; a `UserError` of one does not stop the others. */
export async function forEach<T>(
  targets: readonly PinnedTarget[],
  atOnce: number,
  act: (target: PinnedTarget) => Promise<T>,
): Promise<Result<T>[]> {
  const slots = pLimit(Math.max(1, atOnce))
  return await Promise.all(
    targets.map(target =>
      slots(async () => {
        try {
          return { target, value: await act(target) }
        } catch (error) {
          if (error instanceof UserError) return { target, error }
          throw error
        }
      }),
    ),
  )
}

/** The plans of some targets, and how long their stacks took; `remove` takes their folders away. */
export type Plans = {
  readonly results: Result<Planned>[]
  readonly synthMs: number
  remove(): Promise<void>
}

/**
 * Verifies the pins of some targets, synthesizes their stacks and plans each. `check` is what else has to hold before
 * Terraform is asked; `unlock` the id of a lock to remove.
 */
export async function planTargets(
  run: Run,
  targets: readonly PinnedTarget[],
  options: { unlock?: string | undefined; check?: Promise<void> } = {},
): Promise<Plans> {
  const { workspace, progress } = run
  const verifying = forEach(targets, targets.length, target =>
    verifyPin(workspace.stores, target, target.pin),
  )
  const folders = synthesizeEach(run, targets)
  const checked = options.check?.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  const [verified, synthesized, failed] = await Promise.all([verifying, folders, checked])
  const remove = async () => void (await Promise.all(synthesized.removals.map(one => one())))
  if (failed !== undefined) {
    await remove()
    throw failed.error
  }
  let ended = 0
  const results = await forEach(targets, mostAtOnce, async target => {
    const record = resultFor(verified, target)
    const folder = resultFor(synthesized.results, target)
    const stack = stackOf(run, target, folder)
    await initStack(run.terraform, stack)
    if (options.unlock !== undefined) await unlockStack(run.terraform, stack, options.unlock)
    const view = await planStack(run.terraform, stack, text => progress(`${target.service}: ${text}`))
    progress(`planned ${++ended} of ${targets.length}`)
    return { target, record, stack, summary: await summarize(run, target, view) }
  }).catch(async error => {
    await remove()
    throw error
  })
  return { results, synthMs: synthesized.synthMs, remove }
}

function resultFor<T>(results: readonly Result<T>[], target: PinnedTarget): T {
  const result = results.find(one => one.target === target)
  if (result === undefined) throw new TypeError(`nothing is known of ${printTarget(target)}`)
  if ('error' in result) throw result.error
  return result.value
}

type Folders = { results: Result<string>[]; removals: Synthesized['remove'][]; synthMs: number }

/** All in one process; when that fails, each alone, so that what is wrong with one does not stop the others. */
async function synthesizeEach(run: Run, targets: readonly PinnedTarget[]): Promise<Folders> {
  const removals: Synthesized['remove'][] = []
  if (targets.length === 0) return { results: [], removals, synthMs: 0 }
  const from = performance.now()
  const since = () => performance.now() - from
  const synth = async (synthesizer: Synthesizer, some: readonly PinnedTarget[]) => {
    const done = await synthesizer.synthesize(run.workspace.git.root, {
      environments: run.workspace.environments,
      services: Object.fromEntries(run.pinned.services),
      foundation: false,
      stacks: some.map(({ service, environment, pin }) => ({ service, environment, pin })),
    })
    removals.push(done.remove)
    return done
  }
  try {
    const all = await synth(run.synthesizer ?? startSynthesizer(run.environment), targets)
    const results = targets.map(target => ({ target, value: all.folder(stackId(target)) }))
    return { results, removals, synthMs: since() }
  } catch (error) {
    if (!(error instanceof UserError) || targets.length === 1) throw error
    const results = await forEach(targets, 2, async one => {
      const alone = await synth(startSynthesizer(run.environment), [one])
      return alone.folder(stackId(one))
    })
    return { results, removals, synthMs: since() }
  }
}

function stackOf({ pinned, workspace }: Run, target: Target, folder: string): Stack {
  return {
    title: printTarget(target),
    folder,
    root: workspace.git.root,
    state: `s3://${stateBucket(pinned.environment)}/${stateKey(target)}`,
    command: `make deploy ENV=${target.environment} SERVICE=${target.service}`,
  }
}

/** Puts a saved plan into a folder of its own, ready to be applied. */
export async function restorePlan(
  run: Run,
  target: PinnedTarget,
  bundle: PlanBundle,
): Promise<Planned & Pick<Plans, 'remove'>> {
  const { workspace, terraform } = run
  const record = await verifyPin(workspace.stores, target, target.pin)
  const { folder, remove } = await runFolder(workspace.git.root)
  try {
    const stack = stackOf(run, target, join(folder, stackId(target)))
    await mkdir(stack.folder)
    await Promise.all([
      writeFile(join(stack.folder, 'cdk.tf.json'), bundle.stack),
      writeFile(join(stack.folder, planFile), bundle.plan, { mode: 0o600 }),
    ])
    await initStack(terraform, stack)
    const view = await showPlan(terraform, stack)
    return { target, record, stack, summary: await summarize(run, target, view), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function summarize(run: Run, target: PinnedTarget, view: PlanSummary['view']): Promise<PlanSummary> {
  const from = view.before?.tag
  const [before, now] = [
    from === undefined ? undefined : parseTag(from),
    parseTag(target.pin.tag) as ReleaseTag,
  ]
  const isStepBack = before !== undefined && compareVersions(now.version, before.version) < 0
  const commits =
    from === undefined || from === target.pin.tag ? undefined : await commitsOf(run, target, from, isStepBack)
  return { target, from, to: target.pin.tag, commits, isStepBack, view }
}

async function commitsOf(
  { workspace: { git }, pinned }: Run,
  { service, pin }: PinnedTarget,
  from: string,
  isStepBack: boolean,
): Promise<PlanSummary['commits']> {
  const tags = [from, pin.tag].map(name => [name, pinned.refs.tags.get(name)] as const)
  const [one, other] = tags.map(([, tag]) => tag?.commit)
  if (one === undefined || other === undefined) return undefined
  await fetchMissing(
    git,
    new Map(tags.flatMap(([name, tag]) => (tag ? [[`refs/tags/${name}`, tag.object]] : []))),
  )
  const between = await (isStepBack ? commitsBetween(git, other, one) : commitsBetween(git, one, other))
  const isInput = inputsMatcher(service, pinned.services.get(service) as ServiceConfig)
  return between.filter(({ paths }) => paths.some(isInput))
}
