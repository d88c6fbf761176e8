import type { Attempt } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import { type Applied, kindOfApplied } from '../kinds/applied.ts'
import type { State } from './state.ts'

/** What is to be deployed; `settings` is their SHA-256, if they can be read. */
export type Wanted = { readonly tag: string; readonly settings: string | undefined }

/** What the next deploy will do, as far as the pin, the ledger and what Terraform applied last tell. */
export function describeNextDeploy(
  wanted: Attempt<Wanted | undefined>,
  { good, open }: State,
  applied: Attempt<Applied | undefined>,
): string {
  if ('error' in wanted) return `What the next deploy will do is not known: ${wanted.error.message}.`
  if (wanted.value === undefined) return 'It is not pinned, so there is nothing to deploy.'
  const { tag, settings } = wanted.value
  const [last] = good
  if (last === undefined) return `The next deploy brings ${tag}.`
  const runs = plain(last.tag)
  if (last.tag !== tag) return `The next deploy brings ${tag}; ${runs} was the last one verified.`
  if (settings !== undefined && settings !== last.settings)
    return `The next deploy brings ${tag} again, with settings that have changed since it was verified.`
  if (open !== null) return `The next deploy brings ${tag} again: entry ${open.sequence} has not ended.`
  if ('error' in applied)
    return `${tag} was verified with these settings. Whether the next deploy moves traffic is not known: ${applied.error.message}.`
  // A rollback applies its pin without moving traffic, and that registers the same release once more.
  if (applied.value !== undefined && applied.value.revision !== last.revision)
    return `The next deploy moves the traffic of ${tag} ${describeMove(applied.value, last.revision)}, which is the same release with the same settings.`
  return `The next deploy has nothing to do: ${tag} was verified with these settings.`
}

function describeMove(applied: Applied, from: string): string {
  const { printRevision } = kindOfApplied(applied)
  return `from ${printRevision(from)} to ${printRevision(applied.revision)}`
}
