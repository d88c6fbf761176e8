import { type CommitSha, short } from './commit.ts'
import { count, plain } from './printable.ts'
import type { Target } from './stack-names.ts'
import { type Action, countActions, type PlanView, type ResourceChange } from './terraform-plan.ts'

/** What somebody should know who approves a plan. */
export type PlanSummary = {
  readonly target: Target
  /** The tag that was applied last, as the outputs of the state say; undefined before the first time. */
  readonly from: string | undefined
  /** The tag that is pinned. */
  readonly to: string
  /** The commits from one tag to the other that changed the service, newest first; undefined when not known. */
  readonly commits: readonly { readonly commit: CommitSha; readonly subject: string }[] | undefined
  /** Whether the other tag is the older one. */
  readonly isStepBack: boolean
  readonly view: PlanView
}

/** A line with what it should stand out by. */
export type SummaryLine = {
  readonly text: string
  readonly colour?: 'green' | 'red' | 'yellow' | 'dim' | 'bold'
}

const marks: Record<Action, { readonly sign: string; readonly colour: NonNullable<SummaryLine['colour']> }> =
  {
    create: { sign: '+', colour: 'green' },
    update: { sign: '~', colour: 'yellow' },
    replace: { sign: '±', colour: 'red' },
    destroy: { sign: '-', colour: 'red' },
  }
const mostCommits = 20
const mostAttributes = 12
const longestValue = 60

/** A plan as a person reads it: the releases and the commits between, then each change. */
export function summarizePlan(summary: PlanSummary): SummaryLine[] {
  const { target, view } = summary
  const title = `${target.service} in ${target.environment}: ${releases(summary)}; ${countActions(view)}`
  return [{ text: title, colour: 'bold' }, ...commitLines(summary), ...summarizeChanges(view)]
}

const order: readonly Action[] = ['destroy', 'replace', 'update', 'create']

/** Each change of a plan, what is lost first. */
export function summarizeChanges({ changes }: PlanView): SummaryLine[] {
  return changes.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action)).flatMap(changeLines)
}

function releases({ from, to, isStepBack }: PlanSummary): string {
  if (from === undefined) return `${to}, for the first time`
  if (from === to) return `${to}, as before`
  return `${from} → ${to}${isStepBack ? ' (a step back)' : ''}`
}

function commitLines({ commits, from, to, isStepBack }: PlanSummary): SummaryLine[] {
  if (commits === undefined || from === to || from === undefined) return []
  const verb = isStepBack ? 'taken back' : 'new'
  const shown = commits.slice(0, mostCommits)
  const rest = commits.length - shown.length
  return [
    { text: `    ${count(commits.length, 'commit')} of this service ${verb}`, colour: 'dim' },
    ...shown.map(
      ({ commit, subject }): SummaryLine => ({ text: `      ${short(commit)} ${plain(subject, 90)}` }),
    ),
    ...(rest > 0 ? [{ text: `      … and ${rest} more`, colour: 'dim' } as const] : []),
  ]
}

function changeLines({ address, action, attributes }: ResourceChange): SummaryLine[] {
  const { sign, colour } = marks[action]
  const warning =
    action === 'replace' ? ' is destroyed and made anew' : action === 'destroy' ? ' is destroyed' : ''
  const shown = action === 'destroy' ? [] : attributes.slice(0, mostAttributes)
  const rest = action === 'destroy' ? 0 : attributes.length - shown.length
  return [
    { text: `  ${sign} ${address}${warning}`, colour },
    ...shown.map(
      ({ path, before, after }): SummaryLine => ({
        text: `      ${path}: ${plain(before, longestValue)} → ${plain(after, longestValue)}`,
      }),
    ),
    ...(rest > 0 ? [{ text: `      … and ${count(rest, 'attribute')} more`, colour: 'dim' } as const] : []),
  ]
}
