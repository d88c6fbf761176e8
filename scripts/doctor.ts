import { systemClock } from './adapters/clock.ts'
import { attempt } from './adapters/doctor-attempt.ts'
import { observeServices } from './adapters/doctor-files.ts'
import { type CloneSeen, observeClone, observeRemote, observeSigning } from './adapters/doctor-git.ts'
import { observeGithub } from './adapters/doctor-github.ts'
import { findGithub } from './adapters/doctor-github-place.ts'
import { observeStores } from './adapters/doctor-stores.ts'
import { observeWorkflows } from './adapters/doctor-workflows.ts'
import { readEnvironments } from './adapters/files.ts'
import { remoteAddress } from './adapters/git-remote.ts'
import { awsSettings } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import { flag } from './cli/option-types.ts'
import type { Reporter } from './cli/reporter.ts'
import { type Attempt, andThen, behind, type DoctorCheck, requireHealth } from './core/doctor.ts'
import { checkEnvironments, checkServices, repositoriesOf } from './core/doctor-files.ts'
import { checkGit } from './core/doctor-git.ts'
import { checkGithub, type GithubSeen } from './core/doctor-github.ts'
import { checkStores } from './core/doctor-stores.ts'
import { checkWorkflowFiles } from './core/doctor-workflows.ts'
import type { Environments } from './core/environments.ts'
import type { ServiceName } from './core/service-name.ts'

await runCommand({
  name: 'doctor',
  summary:
    'Checks everything that a release rests on, and says how to mend what is not right. Writes nothing.',
  options: {
    REMOTE: flag.describe("1: also the repository's set-up on GitHub, as far as GITHUB_TOKEN sees it"),
  },
  async run({ REMOTE }, { report, environment, folder }) {
    const clone = await observeClone(folder, environment)
    const root = 'value' in clone.git ? clone.git.value.root : folder
    const [file, services, workflows] = await Promise.all([
      attempt(() => readEnvironments(root)),
      observeServices(root),
      observeWorkflows(root),
    ])
    const good = services.flatMap(({ config }) => ('value' in config ? [config.value] : []))
    const environments = checkEnvironments(file)
    const [remote, github, stores] = await Promise.all([
      observeClonesRemote(clone),
      REMOTE ? observeGithubOf(clone, behind(environments, file), good, environment) : undefined,
      'value' in file
        ? observeStores(awsSettings(file.value, environment), file.value.artifacts, repositoriesOf(good))
        : undefined,
    ])
    const branches = behind(
      environments,
      andThen(file, ({ releaseBranches }) => releaseBranches),
    )
    const checks = [
      ...checkGit({ whole: clone.whole, remote, branches }),
      environments,
      ...checkServices(services),
      ...checkWorkflowFiles(workflows, behind(environments, file)),
      ...checkStores(stores, environments, systemClock.date().getTime()),
      ...(github === undefined ? [] : checkGithub(github)),
    ]
    showAll(report, checks)
    requireHealth(checks)
    report.line('Nothing stands in the way of a release.')
    return { checks }
  },
})

async function observeClonesRemote({ git }: CloneSeen) {
  if (!('value' in git)) return undefined
  const [refs, signs] = await Promise.all([observeRemote(git.value), observeSigning(git.value)])
  return { refs, signs }
}

async function observeGithubOf(
  { git }: CloneSeen,
  file: Attempt<Environments>,
  services: readonly (readonly [ServiceName, unknown])[],
  environment: Record<string, string>,
): Promise<Attempt<GithubSeen>> {
  if (!('value' in file)) return file
  const address = 'value' in git ? await remoteAddress(git.value) : undefined
  const place = findGithub(address, file.value, environment)
  if (!('value' in place)) return place
  const wanted = { environments: file.value, services: services.map(([name]) => name) }
  return { value: await observeGithub(place.value, wanted) }
}

function showAll(report: Reporter, checks: readonly DoctorCheck[]): void {
  const symbols = {
    ok: report.paint('green', '✔'),
    warning: report.paint('yellow', '!'),
    failed: report.paint('red', '✖'),
    'not checked': report.paint('yellow', '?'),
  }
  const width = Math.max(...checks.map(({ title }) => title.length))
  const indent = ' '.repeat(width + 6)
  for (const { title, state, detail, cause, remedy } of checks) {
    const lead = state === 'warning' || state === 'not checked' ? `${state}: ` : ''
    report.line(
      `  ${symbols[state]} ${title.padEnd(width)}  ${lead}${detail.replaceAll('\n', `\n${indent}`)}`,
    )
    if (cause)
      report.line(`${indent}${report.paint('dim', 'cause ')} ${cause.replaceAll('\n', `\n${indent}       `)}`)
    if (remedy) report.line(`${indent}${report.paint('dim', 'remedy')} ${remedy}`)
  }
}
