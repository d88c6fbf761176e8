import { andThen, attemptAsync } from '../../base/attempt.ts'
import type { Environments } from '../../catalogue/environments.ts'
import { readEnvironments } from '../../catalogue/io/work-tree.ts'
import { doctorAnswer } from '../../cli/answers/doctor.ts'
import { action, type Invocation } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { behind, type DoctorCheck, type Look, requireHealth } from '../../doctor/check.ts'
import { checkEnvironment } from '../../doctor/environments/checks.ts'
import { observeEnvironment } from '../../doctor/environments/io/observe.ts'
import {
  checkEnvironments,
  checkPins,
  checkServices,
  usersOfRepositories,
} from '../../doctor/files/checks.ts'
import { observeFiles, observeLockFile, observeServices } from '../../doctor/files/io/observe.ts'
import { checkProvider } from '../../doctor/files/provider.ts'
import { checkGit } from '../../doctor/git/checks.ts'
import { lacksBloomFilters } from '../../doctor/git/io/bloom-filters.ts'
import { type CloneSeen, observeClone, observeRemote, observeSigning } from '../../doctor/git/io/observe.ts'
import { checkGithub, type GithubSeen } from '../../doctor/github/checks.ts'
import { observeGithub } from '../../doctor/github/io/observe.ts'
import { findGithub } from '../../doctor/github/io/place.ts'
import { checkStores, roleNamesIn } from '../../doctor/stores/checks.ts'
import { observeStores } from '../../doctor/stores/io/observe.ts'
import { checkWorkflowFiles } from '../../doctor/workflows/checks.ts'
import { observeWorkflows } from '../../doctor/workflows/io/observe.ts'
import type { DoctorOptions } from '../../doctor.ts'
import { remoteAddress } from '../../git/io/remote.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { awsSettings } from '../../project/io/project.ts'

/** `make doctor`. */
export const doctor = action({
  answer: doctorAnswer,
  async run({ ENV, REMOTE }: DoctorOptions, { report, environment, clock, folder, aws }) {
    const clone = await observeClone(folder, environment, aws.timeoutMs)
    const root = 'value' in clone.git ? clone.git.value.root : folder
    const [file, services, workflows, lock] = await Promise.all([
      attemptAsync(() => readEnvironments(root)),
      observeServices(root),
      observeWorkflows(root),
      observeLockFile(root),
    ])
    const good = services.flatMap(({ config }) => ('value' in config ? [config.value] : []))
    const environments = checkEnvironments(file)
    const [remote, github, stores, place] = await Promise.all([
      observeClonesRemote(clone),
      REMOTE ? observeGithubOf(clone, behind(environments, file), good, { environment, aws }) : undefined,
      ENV === undefined && 'value' in file
        ? observeStores(awsSettings(file.value, aws), file.value.artifacts, {
            repositories: usersOfRepositories(good),
            roles: roleNamesIn(file.value),
          })
        : undefined,
      ENV !== undefined && 'value' in file
        ? observeEnvironment({ folder, environment, aws, clock }, file.value, ENV, good)
        : undefined,
    ])
    const files = 'value' in clone.git ? await observeFiles(clone.git.value) : undefined
    const isSlow = 'value' in clone.whole && (await lacksBloomFilters(clone.whole.value))
    const branches = behind(
      environments,
      andThen(file, ({ releaseBranches }) => releaseBranches),
    )
    const checks = [
      ...checkGit({ whole: clone.whole, isSlow, remote, branches }),
      environments,
      checkProvider(behind(environments, file), lock),
      ...checkServices(services, files),
      ...checkPins(files, behind(environments, file)),
      ...checkWorkflowFiles(workflows, behind(environments, file), good),
      ...(ENV === undefined
        ? checkStores(stores, environments, clock.date().getTime())
        : checkEnvironment(ENV, place, environments)),
      ...(github === undefined ? [] : checkGithub(github)),
    ]
    showAll(report, checks)
    requireHealth(checks)
    report.line(`Everything is ready for a ${ENV === undefined ? 'release' : `deploy to ${ENV}`}.`)
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
  file: Look<Environments>,
  services: readonly (readonly [ServiceName, unknown])[],
  { environment, aws }: Pick<Invocation, 'environment' | 'aws'>,
): Promise<Look<GithubSeen>> {
  if (!('value' in file)) return file
  const address = 'value' in git ? await remoteAddress(git.value) : undefined
  const place = findGithub(address, file.value, environment, aws.timeoutMs)
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
