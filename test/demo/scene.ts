import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { count } from '../../scripts/base/printable.ts'
import type { Environments } from '../../scripts/catalogue/environments.ts'
import { wrap } from '../../scripts/cli/page.ts'
import { short } from '../../scripts/names/commit.ts'
import { clientsFor } from '../emulator/clients.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { makeSurroundings } from '../support/surroundings.ts'
import { addressOf, type EnvironmentOf, makeProfiles } from './accounts.ts'
import { cloneCheckout, type Origin, topicName } from './checkout.ts'
import { type Ci, type RunEnd, startCi } from './ci.ts'
import { type DeployTools, openDeployTools } from './deploy-tools.ts'
import { explain } from './explain.ts'
import type { Page } from './page.ts'
import { printStep, type Step, stepsOn } from './steps.ts'
import { makeStores } from './stores.ts'
import { makeWorkspace, type Workspace } from './workspace.ts'

/** What the story of the demo works with. */
export type Scene = {
  readonly workspace: Workspace
  readonly emulator: Emulator
  readonly ci: Ci
  readonly environments: Environments
  /** The release branch, the environment that CI deploys to by itself, and the one where a person approves. */
  readonly branch: string
  readonly staging: string
  readonly production: string
  /** Whether Terraform is there, so that releases are deployed and not only pinned. */
  readonly deploys: boolean
  /** What Waybill's commands run with, as the holder of a profile. */
  readonly envOf: EnvironmentOf
  readonly step: Step
  readonly page: Page
}

const staging = 'staging'
const production = 'prod'

/** Makes the clone, the remote, the local AWS with its stores, and CI; `cleanup` removes all of it. */
export async function setUp(cleanup: AsyncDisposableStack, signal: AbortSignal, page: Page): Promise<Scene> {
  const step = stepsOn(page, signal)
  const workspace = await makeWorkspace(cleanup, signal)
  const origin = await step(
    'clone this repository',
    () => cloneCheckout(workspace),
    ({ commit, repository }) => `at ${short(commit)}; its remote stands for ${repository} on GitHub`,
  )
  for (const note of notes(origin)) printNote(page, note)
  const { environments, branch, repository } = origin
  const { emulator, tools, envOf, shared } = await step(
    'start the local AWS',
    () => startAws(cleanup, workspace, environments),
    () => `accounts: artifacts, ${Object.keys(environments.environments).join(', ')}`,
  )
  const deploys = 'version' in tools
  if (!deploys) for (const note of withoutTerraform(tools)) printNote(page, note)
  await makeStores({ workspace, emulator, environments, tools, envOf, step })
  const onEnd = (end: RunEnd) => printRun(page, end)
  const reviewed = `${production}-approval`
  const ci = await startCi({ workspace, emulator, env: shared, repository, deploys, reviewed, onEnd })
  cleanup.defer(ci.close)
  const place = { workspace, emulator, ci, environments, branch, staging, production }
  return { ...place, deploys, envOf, step, page }
}

async function startAws(cleanup: AsyncDisposableStack, workspace: Workspace, environments: Environments) {
  const { account, region } = environments.artifacts
  const emulator = await startEmulator({ account, region })
  cleanup.defer(emulator.close)
  makeSurroundings(emulator, Object.values(environments.environments))
  await makeTopics(emulator, environments)
  const tools = await openDeployTools(cleanup, workspace, emulator)
  const aws = await makeProfiles(workspace, emulator, environments)
  const shared = { ...addressOf(emulator), ...('env' in tools ? tools.env : {}) }
  const envOf: EnvironmentOf = profile => ({ ...workspace.env, ...shared, ...aws(profile) })
  return { emulator, tools, envOf, shared }
}

/** Makes the topics of notices, which a team has before it names them. */
async function makeTopics(emulator: Emulator, { environments }: Environments): Promise<void> {
  for (const { account, region, notices } of Object.values(environments)) {
    const { sns } = clientsFor(emulator, { env: emulator.credentials({ account }), region })
    if (notices?.topic !== undefined) await sns.send(new CreateTopicCommand({ Name: topicName }))
  }
}

function notes({ uncommitted, wholeHistory }: Origin): string[] {
  const changes = `${count(uncommitted, 'uncommitted change')} of this checkout ${uncommitted === 1 ? 'is' : 'are'} left out`
  const cut = 'this checkout is shallow, so the history of the clone starts with one commit of all files'
  return [...(uncommitted > 0 ? [changes] : []), ...(wholeHistory ? [] : [cut])]
}

function withoutTerraform({ missing, remedy }: Extract<DeployTools, { missing: string }>): string[] {
  return [`releases are pinned and not deployed: ${missing}`, remedy]
}

function printNote(page: Page, note: string): void {
  const [first = '', ...others] = wrap(note, page.width - 4)
  page.item('left out', first)
  for (const line of others) page.line(`    ${line}`)
}

function printRun(page: Page, { error, ...end }: RunEnd): void {
  printStep(
    page,
    error === undefined ? 'passed' : 'failed',
    error === undefined ? end : { ...end, outcome: '' },
  )
  if (error !== undefined) explain(error, page)
}
