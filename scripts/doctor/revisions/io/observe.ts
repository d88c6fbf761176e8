import type { AwsSettings } from '../../../aws/io/calls.ts'
import { attemptAsync } from '../../../base/attempt.ts'
import { connectMovers } from '../../../kinds/io/movers.ts'
import { observePinned } from '../../../pin/io/pinned.ts'
import { openProject } from '../../../project/io/project.ts'
import { observeRevisions } from '../../../prune/io/observe.ts'
import type { Look } from '../../check.ts'
import type { RevisionsInEnvironment } from '../checks.ts'

/** Counts the revisions of every service in an environment, with credentials of its account. */
export async function observeRevisionsIn(
  invocation: Parameters<typeof openProject>[0],
  name: string,
  settings: AwsSettings,
): Promise<Look<RevisionsInEnvironment>> {
  return await attemptAsync(async () => {
    const project = await openProject(invocation)
    const pinned = await observePinned(project, name)
    const { environment } = pinned
    const { clock } = project
    const tools = { settings, clock, movers: connectMovers(settings, clock) }
    const targets = [...pinned.services.keys()].map(service => {
      return { service, environment: name, pin: pinned.pins.get(service) }
    })
    const seen = await observeRevisions(tools, environment, targets)
    const services = seen.map(one => {
      const { service } = one.target
      if (!('value' in one)) return { service, seen: { error: one.error } }
      const { value } = one
      const counts = value && {
        all: value.kept.length + value.removed.length,
        removable: value.removed.length,
      }
      return { service, seen: { value: counts } }
    })
    return { keepRevisions: environment.keepRevisions, services }
  })
}
