import type { Filters } from './parser.ts'

/** One ref of a push: its old and new object as 40 hexadecimal digits, all 0 for none. */
export type RefChange = { readonly before: string; readonly after: string; readonly ref: string }

/** A push, as seen by a git server. */
export type Push = {
  /** `github-token` for a job's own token, whose pushes start nothing. */
  readonly by: 'person' | 'app' | 'github-token'
  readonly changes: readonly RefChange[]
}

// More than three tags at once create no event (GitHub documentation, "Events that trigger workflows", push).
const mostTags = 3

/** The refs of a push that become events, before any workflow's filters. */
export function eventsOf({ by, changes }: Push): RefChange[] {
  if (by === 'github-token') return []
  const existing = changes.filter(({ after }) => !/^0+$/.test(after))
  const tags = existing.filter(({ ref }) => ref.startsWith('refs/tags/'))
  return existing.filter(change => !tags.includes(change) || tags.length <= mostTags)
}

// GitHub documentation, "Skipping workflow runs".
const skips = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/i

/** Whether a pushed ref starts a workflow, by its filters and the commit's message. */
export function starts(push: Filters | undefined, ref: string, message: string): boolean {
  if (push === undefined || skips.test(message)) return false
  const { branches, tags } = push
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.*)$/s.exec(ref) ?? []
  const own = kind === 'tags' ? tags : branches
  // A filter on only the other kind excludes this kind; without any filter both start it.
  if (own === undefined) return branches === undefined && tags === undefined
  return matches(own, name)
}

function matches(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((so, pattern) => {
    const negated = pattern.startsWith('!')
    return toRegExp(negated ? pattern.slice(1) : pattern).test(name) ? !negated : so
  }, false)
}

/** Converts a filter pattern to a regular expression: `*` does not match `/`, `**` does; `[]`, `+` and `?` mean the same. */
function toRegExp(pattern: string): RegExp {
  const parts = pattern.replace(/\*\*|\*|[.^${}()|\\]/g, part =>
    part === '**' ? '[^]*' : part === '*' ? '[^/]*' : `\\${part}`,
  )
  return new RegExp(`^${parts}$`)
}
