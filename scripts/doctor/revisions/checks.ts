import { count } from '../../base/printable.ts'
import { type DoctorCheck, judge, type Look, passes, warns } from '../check.ts'

/** How many revisions a service has, and how many of them nothing needs; undefined if its platform keeps none. */
export type RevisionsSeen = { readonly all: number; readonly removable: number } | undefined

/** What was seen of the services in an environment, and how many revisions its file keeps. */
export type RevisionsInEnvironment = {
  readonly keepRevisions: number
  readonly services: readonly { readonly service: string; readonly seen: Look<RevisionsSeen> }[]
}

/** Checks whether it is time to remove old revisions in an environment: when as many could go as are kept. */
export function checkRevisions(name: string, seen: Look<RevisionsInEnvironment>): DoctorCheck {
  const title = `versions in ${name}`
  return judge(title, seen, ({ keepRevisions, services }) => {
    const unseen = services.find(one => 'error' in one.seen)
    if (unseen !== undefined) return judge(title, unseen.seen, () => passes(title, ''))
    const old = services.flatMap(({ service, seen: one }) =>
      'value' in one && one.value !== undefined && one.value.removable >= keepRevisions
        ? [{ service, ...one.value }]
        : [],
    )
    if (old.length === 0) return passes(title, `no function has ${count(keepRevisions, 'version')} too many`)
    const list = old.map(
      ({ service, all, removable }) => `${service} has ${all}, ${removable} of them unused`,
    )
    const names = old.map(({ service }) => service).join(',')
    return warns(title, list.join('; '), `make prune ENV=${name} SERVICE=${names} DRY_RUN=1 lists them.`)
  })
}
