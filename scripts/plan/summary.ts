import { count, plain, quote } from '../base/printable.ts'
import { kinds } from '../kinds/all.ts'
import type { Kind } from '../kinds/kind.ts'
import { type CommitSha, short } from '../names/commit.ts'
import type { Target } from '../names/target.ts'
import { type AttributeChange, notYet } from '../terraform/attribute-changes.ts'
import {
  type Action,
  countActions,
  type Imported,
  isNewRevision,
  type PlanView,
  type ResourceChange,
} from '../terraform/plan-json.ts'

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

type What = Action | 'revise'

const marks: Record<What, { readonly sign: string; readonly colour: NonNullable<SummaryLine['colour']> }> = {
  create: { sign: '+', colour: 'green' },
  update: { sign: '~', colour: 'yellow' },
  revise: { sign: '+', colour: 'green' },
  replace: { sign: '±', colour: 'red' },
  destroy: { sign: '-', colour: 'red' },
  forget: { sign: '.', colour: 'yellow' },
}
const remarks: Partial<Record<What, string>> = {
  revise: ': a new revision',
  replace: ' is destroyed and re-created',
  destroy: ' is destroyed',
  forget: ' is removed from the state but stays in AWS',
}
const order: readonly What[] = ['destroy', 'replace', 'forget', 'revise', 'update', 'create']
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
  return [{ text: title, colour: 'bold' }, ...commitLines(summary), ...summarizeChanges(view, target.service)]
}

/** Each change of a plan, what is lost first; the plan of a service says what is its own. */
export function summarizeChanges({ changes, imports }: PlanView, service?: string): SummaryLine[] {
  const ordered = changes.toSorted((a, b) => order.indexOf(whatOf(a)) - order.indexOf(whatOf(b)))
  return [...imports.flatMap(importLines), ...ordered.flatMap(change => changeLines(change, service))]
}

/** What is taken over, and what that means for whoever uses it. */
function importLines({ address, type, id }: Imported): SummaryLine[] {
  const all: readonly Kind[] = Object.values(kinds)
  const remarks = new Set(all.flatMap(({ onImport }) => onImport?.[type] ?? []))
  return [
    {
      text: `  = ${plain(address, longestAddress)} is taken over: ${plain(id, longestAddress)}`,
      colour: 'green',
    },
    ...[...remarks].map((text): SummaryLine => ({ text: `      ${text}`, colour: 'yellow' })),
  ]
}

function whatOf(change: ResourceChange): What {
  return isNewRevision(change) ? 'revise' : change.action
}

function releases({ from, to, isStepBack }: PlanSummary): string {
  if (from === undefined) return `${to}, for the first time`
  if (from === to) return `${to}, as before`
  // From the state, which others can write to.
  return `${plain(from)} → ${to}${isStepBack ? ' (a step back)' : ''}`
}

function commitLines({ commits, from, to, isStepBack }: PlanSummary): SummaryLine[] {
  if (commits === undefined || from === to || from === undefined) return []
  const which = `${count(commits.length, isStepBack ? 'commit' : 'new commit')} of this service`
  const shown = commits.slice(0, mostCommits)
  const rest = commits.length - shown.length
  return [
    { text: `    ${isStepBack ? `takes back ${which}` : which}`, colour: 'dim' },
    ...shown.map(
      ({ commit, subject }): SummaryLine => ({ text: `      ${short(commit)} ${plain(subject, 90)}` }),
    ),
    ...(rest > 0 ? [{ text: `      … and ${rest} more`, colour: 'dim' } as const] : []),
  ]
}

function changeLines(change: ResourceChange, service: string | undefined): SummaryLine[] {
  const what = whatOf(change)
  const all = what === 'destroy' ? [] : withoutCopies(change.attributes)
  // What AWS itself will say follows from the rest; the version is what people look for.
  const known = all.filter(({ path, after }) => after !== notYet || path === 'version')
  const computed = all.length - known.length
  const shown = known.slice(0, mostAttributes)
  const rest = known.length - shown.length
  const { sign, colour } = marks[what]
  return [
    { text: `  ${sign} ${plain(change.address, longestAddress)}${remarks[what] ?? ''}`, colour },
    ...shown.map(
      (one): SummaryLine => ({
        text: `      ${plain(labelOf(one, service), longestAddress)}: ${arrow(one)}`,
      }),
    ),
    ...(rest > 0 ? [{ text: `      … and ${count(rest, 'more attribute')}`, colour: 'dim' } as const] : []),
    ...(computed > 0
      ? [{ text: `      … and ${count(computed, 'attribute')} that AWS will set`, colour: 'dim' } as const]
      : []),
  ]
}

/** Without the tags that Terraform names a second time, in `tags_all`. */
function withoutCopies(attributes: readonly AttributeChange[]): AttributeChange[] {
  const paths = new Set(attributes.map(({ path }) => path))
  return attributes.filter(
    ({ path }) => !paths.has(path.replace(/^tags_all\./, 'tags.')) || !/^tags_all\./.test(path),
  )
}

/** What people call an attribute: `environment GREETING`, `image`, wherever a kind of service keeps it. */
function labelOf({ path }: AttributeChange, service: string | undefined): string {
  const all: readonly Kind[] = Object.values(kinds)
  return all.reduce((label, { attributeLabel }) => attributeLabel?.(label, service) ?? label, path)
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
