import type { Reporter } from '../../scripts/cli/reporter.ts'
import { short } from '../../scripts/core/commit.ts'
import { count } from '../../scripts/core/printable.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { cloneCheckout, type Origin } from './checkout.ts'
import { type Ci, type JobEnd, startCi } from './ci.ts'
import { explain } from './explain.ts'
import { installHook } from './remote-hook.ts'
import { type Step, stepLine, stepsOn } from './steps.ts'
import { createStores } from './stores.ts'
import { makeWorkspace, type Workspace } from './workspace.ts'

/** Where the story takes place, and with whom. */
export type Scene = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  readonly ci: Ci
  /** The artifact bucket, the release branch and the environment in which CI pins. */
  readonly bucket: string
  readonly branch: string
  readonly environment: string
  /** What Waybill's commands run with. */
  readonly env: Readonly<Record<string, string>>
  readonly step: Step
  readonly report: Reporter
}

const environment = 'staging'

/** Makes the clone, the remote with its hook, the stand-in for AWS, and CI; all of it ends with `cleanup`. */
export async function setUp(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  report: Reporter,
): Promise<Scene> {
  const step = stepsOn(report, signal)
  const workspace = await makeWorkspace(cleanup, signal)
  const origin = await step(
    'clone this repository',
    () => prepareRemote(workspace),
    ({ commit }) => `at ${short(commit)}; its remote's hook tells CI of tags`,
  )
  for (const note of notes(origin)) report.item('left out', note)
  const { account, region, bucket } = origin.environments.artifacts
  const emulator = await startEmulator({ account, region })
  cleanup.defer(emulator.close)
  await step(
    'start the stand-in for AWS',
    () => createStores(emulator, origin.environments.artifacts, workspace.clone),
    repositories => `a bucket and ${repositories.length} immutable repositories`,
  )
  const env = { ...workspace.env, ...emulator.env }
  const ci = startCi(workspace, { env, environment, onEnd: end => tellJob(end, report) })
  cleanup.defer(ci.close)
  return { workspace, emulator, ci, bucket, branch: origin.branch, environment, env, step, report }
}

async function prepareRemote(workspace: Workspace): Promise<Origin> {
  const origin = await cloneCheckout(workspace)
  await installHook(workspace)
  return origin
}

function notes({ uncommitted, wholeHistory }: Origin): string[] {
  const some = `${count(uncommitted, 'uncommitted change')} in this checkout ${uncommitted === 1 ? 'is' : 'are'} not part of it`
  const cut = 'this checkout is shallow, so the history of the clone begins with one commit of all files'
  return [...(uncommitted > 0 ? [some] : []), ...(wholeHistory ? [] : [cut])]
}

function tellJob({ tag, ms, error }: JobEnd, report: Reporter): void {
  const title = `CI: ${tag}`
  if (error === undefined) {
    report.item('passed', stepLine(report, ms, title, `promoted, then pinned in ${environment}`))
  } else {
    report.item('failed', stepLine(report, ms, title))
    explain(error, report)
  }
}
