import type { Attempt } from '../base/attempt.ts'
import { plain } from '../base/printable.ts'
import type { State } from './state.ts'

/** What is to be deployed; `settings` is their SHA-256, if they can be read. */
export type Wanted = { readonly tag: string; readonly settings: string | undefined }

/** What the next deploy will do, as far as the pin and the ledger tell. */
export function describeNextDeploy(wanted: Attempt<Wanted | undefined>, { good, open }: State): string {
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
  return `The next deploy has nothing to do: ${tag} was verified with these settings.`
}
