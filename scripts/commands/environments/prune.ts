import { requireAccount } from '../../aws/io/identity.ts'
import { errorsOf } from '../../base/attempt.ts'
import { sideBySide } from '../../base/io/side-by-side.ts'
import { joinErrors } from '../../base/join-errors.ts'
import { count } from '../../base/printable.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import { findService } from '../../catalogue/find-service.ts'
import { pruneAnswer } from '../../cli/answers/prune.ts'
import { action } from '../../cli/command.ts'
import type { Reporter } from '../../cli/reporter.ts'
import { connectMovers } from '../../kinds/io/movers.ts'
import type { RegisteredRevision } from '../../kinds/kind.ts'
import type { ServiceName } from '../../names/service-name.ts'
import { observePinned, type Pinned } from '../../pin/io/pinned.ts'
import { environmentSettings, openProject } from '../../project/io/project.ts'
import { type Observed, observeRevisions, type Prunable } from '../../prune/io/observe.ts'
import type { PruneOptions } from '../../prune.ts'

/** `make prune`. */
export const prune = action({
  answer: pruneAnswer,
  async run({ ENV, SERVICE }: PruneOptions, { report, dryRun, ...invocation }) {
    const project = await openProject(invocation)
    const environment = findEnvironment(project.environments, ENV)
    const settings = environmentSettings(project, ENV, environment, invocation.aws)
    const [pinned] = await Promise.all([observePinned(project, ENV), requireAccount(settings)])
    const tools = { settings, clock: project.clock, movers: connectMovers(settings, project.clock) }
    const observed = await observeRevisions(tools, environment, targetsOf(pinned, SERVICE))
    const results = []
    const failed = [...errorsOf(observed), ...(SERVICE === undefined ? pinned.broken.values() : [])]
    for (const one of observed) {
      if (!('value' in one) || one.value === undefined) continue
      const { service } = one.target
      const done = dryRun ? { removed: one.value.removed, errors: [] } : await remove(one.value)
      show(report, service, { ...one.value, removed: done.removed }, dryRun)
      results.push({
        service,
        kept: one.value.kept.length,
        removed: done.removed.map(({ revision, tag }) => ({ revision, tag })),
      })
      failed.push(...done.errors)
    }
    const document = { environment: ENV, results }
    joinErrors(failed, document)
    report.line(end(ENV, results, dryRun))
    return document
  },
})

function targetsOf(pinned: Pinned, named: readonly ServiceName[] | undefined): Prunable[] {
  const services =
    named === undefined
      ? [...pinned.services.keys()]
      : [...new Set(named.map(name => findService(pinned, name)))]
  return services.map(service => ({ service, environment: pinned.name, pin: pinned.pins.get(service) }))
}

async function remove({ removable, applied, removed }: NonNullable<Observed>) {
  // One after the other: a deploy that runs meanwhile shares the quota of these calls.
  const outcomes = await sideBySide(removed, 1, ({ revision }) => removable.remove(applied, revision))
  return {
    removed: outcomes.flatMap(one => ('value' in one ? [one.target] : [])),
    errors: errorsOf(outcomes),
  }
}

type Shown = Pick<NonNullable<Observed>, 'kept' | 'removed'>

function show(report: Reporter, service: ServiceName, { kept, removed }: Shown, dryRun: boolean): void {
  const rest = `${kept.length} of its revisions stay`
  if (removed.length === 0) {
    report.item('passed', `${service}: nothing to remove, ${rest}`)
    return
  }
  const list = removed.map(describe).join(', ')
  const verb = removed.length === 1 ? 'was' : 'were'
  report.item(
    dryRun ? 'left out' : 'passed',
    `${service}: ${list} ${dryRun ? 'would be' : verb} removed, ${rest}`,
  )
}

function describe({ revision, tag }: RegisteredRevision): string {
  return tag === undefined ? revision : `${revision} (${tag})`
}

function end(
  environment: string,
  results: readonly { readonly removed: readonly unknown[] }[],
  dryRun: boolean,
): string {
  const removed = results.reduce((sum, one) => sum + one.removed.length, 0)
  if (dryRun) return 'Nothing was changed (DRY_RUN=1).'
  return `${count(removed, 'revision')} removed in ${environment}.`
}
