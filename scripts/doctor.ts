import { systemClock } from './adapters/clock.ts'
import { attempt } from './adapters/doctor-attempt.ts'
import { observeServices } from './adapters/doctor-files.ts'
import { type CloneSeen, observeClone, observeRemote, observeSigning } from './adapters/doctor-git.ts'
import { observeStores } from './adapters/doctor-stores.ts'
import { readEnvironments } from './adapters/files.ts'
import { awsSettings } from './adapters/workspace.ts'
import { runCommand } from './cli/command.ts'
import type { Reporter } from './cli/reporter.ts'
import { andThen, behind, type DoctorCheck, requireHealth } from './core/doctor.ts'
import { checkEnvironments, checkServices, repositoriesOf } from './core/doctor-files.ts'
import { checkGit } from './core/doctor-git.ts'
import { checkStores } from './core/doctor-stores.ts'

await runCommand({
  name: 'doctor',
  summary:
    'Checks everything that a release rests on, and says how to mend what is not right. Writes nothing.',
  options: {},
  async run(_, { report, environment, folder }) {
    const clone = await observeClone(folder, environment)
    const root = 'value' in clone.git ? clone.git.value.root : folder
    const [file, services] = await Promise.all([attempt(() => readEnvironments(root)), observeServices(root)])
    const good = services.flatMap(({ config }) => ('value' in config ? [config.value] : []))
    const [remote, stores] = await Promise.all([
      observeClonesRemote(clone),
      'value' in file
        ? observeStores(awsSettings(file.value, environment), file.value.artifacts, repositoriesOf(good))
        : undefined,
    ])
    const environments = checkEnvironments(file)
    const branches = behind(
      environments,
      andThen(file, ({ releaseBranches }) => releaseBranches),
    )
    const checks = [
      ...checkGit({ whole: clone.whole, remote, branches }),
      environments,
      ...checkServices(services),
      ...checkStores(stores, environments, systemClock.date().getTime()),
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
