import { count, plain, quote } from '../base/printable.ts'
import { type CommitSha, short } from '../names/commit.ts'
import type { Target } from '../names/target.ts'
import { type AttributeChange, notYet } from '../terraform/attribute-changes.ts'
import { type Action, countActions, type PlanView, type ResourceChange } from '../terraform/plan-json.ts'

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
    forget: { sign: '.', colour: 'yellow' },
  }
const mostCommits = 20
const mostAttributes = 12
const longestValue = 60
// Of what is the same in two long values, this much is shown before the first difference.
const leadIn = 20
const longestAddress = 200

/** A plan as a person reads it: the releases and the commits between, then each change. */
export function summarizePlan(summary: PlanSummary): SummaryLine[] {
  const { target, view } = summary
  const title = `${target.service} in ${target.environment}: ${releases(summary)}; ${countActions(view)}`
  return [{ text: title, colour: 'bold' }, ...commitLines(summary), ...summarizeChanges(view)]
}

const order: readonly Action[] = ['destroy', 'replace', 'forget', 'update', 'create']

/** Each change of a plan, what is lost first. */
export function summarizeChanges({ changes }: PlanView): SummaryLine[] {
  return changes.toSorted((a, b) => order.indexOf(a.action) - order.indexOf(b.action)).flatMap(changeLines)
}

function releases({ from, to, isStepBack }: PlanSummary): string {
  if (from === undefined) return `${to}, for the first time`
  if (from === to) return `${to}, as before`
  // From the state, which others can write to.
  return `${plain(from)} → ${to}${isStepBack ? ' (a step back)' : ''}`
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

function changeLines({ address, type, action, attributes }: ResourceChange): SummaryLine[] {
  const { sign, colour } = marks[action]
  const all = action === 'destroy' ? [] : attributes
  // What AWS itself will say follows from the rest; the version is what people look for.
  const known = all.filter(({ path, after }) => after !== notYet || path === 'version')
  const computed = all.length - known.length
  const shown = known.slice(0, mostAttributes)
  const rest = known.length - shown.length
  return [
    { text: `  ${sign} ${plain(address, longestAddress)}${remark(type, action)}`, colour },
    ...shown.map((one): SummaryLine => ({ text: `      ${plain(one.path, longestAddress)}: ${arrow(one)}` })),
    ...(rest > 0 ? [{ text: `      … and ${count(rest, 'attribute')} more`, colour: 'dim' } as const] : []),
    ...(computed > 0
      ? [{ text: `      … and ${count(computed, 'attribute')} that AWS will tell`, colour: 'dim' } as const]
      : []),
  ]
}

function remark(type: string, action: Action): string {
  if (action === 'destroy') return ' is destroyed'
  if (action === 'forget') return ' stays in AWS, and Terraform knows it no more'
  if (action !== 'replace') return ''
  // Its stack sets `skip_destroy`: the revision from before stays, for going back.
  return type === 'aws_ecs_task_definition' ? ' gets a new revision' : ' is destroyed and made anew'
}

/** Both values, shortened so that what differs is still in sight. */
function arrow({ before, after }: AttributeChange): string {
  const [one, other] = [before, after].map(text => plain(text, Number.POSITIVE_INFINITY)) as [string, string]
  // What differs is invisible: line breaks, zero-width or bidi characters.
  if (one === other && before !== after) return `${quote(before)} → ${quote(after)}`
  const from = Math.max(one.length, other.length) > longestValue ? startOfDifference(one, other) : 0
  return `${excerpt(one, from)} → ${excerpt(other, from)}`
}

function startOfDifference(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)]
  const first = a.findIndex((character, at) => character !== b[at])
  return Math.max(0, (first < 0 ? a.length : first) - leadIn)
}

function excerpt(text: string, from: number): string {
  const characters = Array.from(text)
  if (from === 0 || characters.length <= longestValue) return plain(text, longestValue)
  return plain(`…${characters.slice(from).join('')}`, longestValue)
}
