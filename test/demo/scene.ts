import { count } from '../../scripts/base/printable.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import type { Reporter } from '../../scripts/cli/reporter.ts'
import { short } from '../../scripts/names/commit.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { addressOf, type EnvironmentOf, makeClusters, makeProfiles } from './accounts.ts'
import { cloneCheckout, type Origin } from './checkout.ts'
import { type Ci, type RunEnd, startCi } from './ci.ts'
import { type DeployTools, openDeployTools } from './deploy-tools.ts'
import { explain } from './explain.ts'
import { type Step, stepLine, stepsOn } from './steps.ts'
import { makeStores } from './stores.ts'
import { makeWorkspace, type Workspace } from './workspace.ts'

/** Where the story takes place, and with whom. */
export type Scene = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  readonly ci: Ci
  readonly environments: Environments
  /** The release branch, and the environments in which CI and a person deploy. */
  readonly branch: string
  readonly staging: string
  readonly production: string
  /** Whether Terraform is there, so that releases are not only pinned but run. */
  readonly deploys: boolean
  /** What Waybill's commands run with, as the holder of a profile. */
  readonly envOf: EnvironmentOf
  readonly step: Step
  readonly report: Reporter
}

const staging = 'staging'
const production = 'prod'

/** Makes the clone, the remote, the stand-in for AWS, its stores, and CI; all of it ends with `cleanup`. */
export async function setUp(
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
  report: Reporter,
): Promise<Scene> {
  const step = stepsOn(report, signal)
  const workspace = await makeWorkspace(cleanup, signal)
  const origin = await step(
    'clone this repository',
    () => cloneCheckout(workspace),
    ({ commit, repository }) => `at ${short(commit)}, to a remote that stands for ${repository} on GitHub`,
  )
  for (const note of notes(origin)) report.item('left out', note)
  const { environments, branch, repository } = origin
  const { emulator, tools, envOf, shared } = await step(
    'start the stand-in for AWS',
    () => startAws(cleanup, workspace, environments),
    () => `the accounts of the artifacts, ${Object.keys(environments.environments).join(' and ')}`,
  )
  const deploys = 'version' in tools
  if (!deploys) for (const line of withoutTerraform(tools)) report.item('left out', line)
  await makeStores({ workspace, emulator, environments, tools, envOf, step })
  const onEnd = (end: RunEnd) => tellRun(end, report)
  const ci = await startCi({ workspace, emulator, env: shared, repository, deploys, onEnd })
  cleanup.defer(ci.close)
  const place = { workspace, emulator, ci, environments, branch, staging, production }
  return { ...place, deploys, envOf, step, report }
}

async function startAws(cleanup: AsyncDisposableStack, workspace: Workspace, environments: Environments) {
  const { account, region } = environments.artifacts
  const emulator = await startEmulator({ account, region })
  cleanup.defer(emulator.close)
  makeClusters(emulator, environments)
  const tools = await openDeployTools(cleanup, workspace, emulator)
  const aws = await makeProfiles(workspace, emulator, environments)
  const shared = { ...addressOf(emulator), ...('env' in tools ? tools.env : {}) }
  const envOf: EnvironmentOf = profile => ({ ...workspace.env, ...shared, ...aws(profile) })
  return { emulator, tools, envOf, shared }
}

function notes({ uncommitted, wholeHistory }: Origin): string[] {
  const some = `${count(uncommitted, 'uncommitted change')} in this checkout ${uncommitted === 1 ? 'is' : 'are'} not part of it`
  const cut = 'this checkout is shallow, so the history of the clone begins with one commit of all files'
  return [...(uncommitted > 0 ? [some] : []), ...(wholeHistory ? [] : [cut])]
}

function withoutTerraform({ missing, remedy }: Extract<DeployTools, { missing: string }>): string[] {
  return [`nothing is deployed, only pinned: ${missing}`, remedy]
}

function tellRun({ title, ms, outcome, error }: RunEnd, report: Reporter): void {
  if (error === undefined) {
    report.item('passed', stepLine(report, ms, title, outcome))
  } else {
    report.item('failed', stepLine(report, ms, title))
    explain(error, report)
  }
}
