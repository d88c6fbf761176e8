import type { Attempt } from '../base/attempt.ts'
import { count } from '../base/printable.ts'
import { printWho } from '../ledger/who.ts'
import { printTime } from '../names/print-time.ts'
import { codeBlock, codeSpan } from '../notify/markdown.ts'
import type { Incident, Side } from './incident.ts'
import { nextCommands } from './next-commands.ts'

const mostCommits = 50

/** An incident as a page of Markdown: nothing from outside can format it, mention anybody, or leave its place. */
export function incidentPage(incident: Incident): string {
  const { target } = incident
  const sections = [
    [
      `# ${codeSpan(target.service)} in ${codeSpan(target.environment)}: traffic went back`,
      summary(incident),
    ],
    ['## What changed', changes(incident)],
    ['## What was observed', observed(incident)],
    ['## Who did what', activities(incident)],
    ['## Which releases carry it', carriers(incident)],
    ['## What next', ['```sh', ...nextCommands(incident), '```']],
  ] as const
  return `${sections.map(([title, lines]) => [title, '', ...lines].join('\n')).join('\n\n')}\n`
}

function summary({ bad, good, began, ended, reason, by, sequence, id }: Incident): string[] {
  return [
    `- Ran: ${describe(bad)}`,
    `- Went back to: ${good === undefined ? 'what no entry of the ledger knows' : describe(good)}`,
    `- From ${printTime(began)} to ${printTime(ended)}`,
    `- Reason: ${codeSpan(reason)}`,
    `- By: ${codeSpan(by)}`,
    `- Entry: ${sequence}, ${codeSpan(id)}`,
  ]
}

function describe({ tag, digest, revision }: Side): string {
  const release = tag === undefined ? 'a release that no entry names' : codeSpan(tag)
  return `${release}, revision ${codeSpan(revision)}${digest === undefined ? '' : `, ${codeSpan(digest)}`}`
}

function changes({ commits, settings }: Incident): string[] {
  return [
    ...orWhy('The commits', commits, all =>
      all.length === 0
        ? ['No commit between the two changed an input of the service.']
        : [
            `${count(all.length, 'commit')} changed its inputs, newest first:`,
            '',
            ...all
              .slice(0, mostCommits)
              .map(one => `- ${codeSpan(one.commit.slice(0, 10))} ${codeSpan(one.subject)}`),
            ...(all.length > mostCommits ? [`- and ${all.length - mostCommits} more`] : []),
          ],
    ),
    '',
    ...orWhy('The settings', settings, all =>
      all.length === 0
        ? ['Its settings are the same.']
        : [
            'These settings differ:',
            '',
            ...all.map(
              ({ path, before, after }) =>
                `- ${codeSpan(path)}: ${codeSpan(before ?? 'not set')} → ${codeSpan(after ?? 'not set')}`,
            ),
          ],
    ),
  ]
}

function observed({ alarms, log, activities }: Incident): string[] {
  const phases = activities.flatMap(({ phases: all = [], to }) => all.map(phase => ({ ...phase, to })))
  return [
    ...phases.map(
      ({ phase, share, time, seconds, to }) =>
        `- Phase ${phase}${to === undefined ? '' : ` of ${codeSpan(to)}`}: ${share} % from ${printTime(time)}${seconds === undefined ? '' : `, for ${seconds} s`}`,
    ),
    ...orWhy('The alarms', alarms, all =>
      all.length === 0
        ? ['- No alarm changed its state.']
        : all.map(({ alarm, at, summary }) => `- ${printTime(at)} ${codeSpan(alarm)}: ${codeSpan(summary)}`),
    ),
    '',
    ...orWhy('The log', log, ({ group, isOfRevision, after, lines }) =>
      lines.length === 0
        ? [`Nothing of its own was logged in ${codeSpan(group)} ${lookedAt(after)}.`]
        : [
            `The last lines in ${codeSpan(group)}${isOfRevision ? '' : ', of all that ran'}${after === undefined ? '' : `, ${lookedAt(after)}`}:`,
            '',
            codeBlock(lines.map(({ at, text }) => `${at} ${text}`)),
          ],
    ),
  ]
}

function lookedAt(after: string | undefined): string {
  return after === undefined
    ? 'at that time'
    : `after ${printTime(after)}; what came before is too much to look through`
}

function activities({ activities: all }: Incident): string[] {
  return all.map(({ sequence, time, who, what, from, to, verdict, reason }) => {
    const moved = [from, to].filter(one => one !== undefined).map(one => codeSpan(one))
    const parts = [moved.join(' → '), verdict ?? '', reason === undefined ? '' : codeSpan(reason)]
    const about = parts.filter(Boolean).join(', ')
    return `- ${printTime(time)}, entry ${sequence}: ${codeSpan(printWho(who))}, ${codeSpan(what)}${about === '' ? '' : `, ${about}`}`
  })
}

function carriers({ carriers: found }: Incident): string[] {
  return orWhy('They', found, all =>
    all.length === 0
      ? ['No release contains the commit of the bad one.']
      : all.map(tag => `- ${codeSpan(tag)}`),
  )
}

/** The lines about what was read, or the line that says why it was not. */
function orWhy<T>(what: string, seen: Attempt<T>, lines: (value: T) => string[]): string[] {
  if ('value' in seen) return lines(seen.value)
  const { message, cause } = seen.error
  return [`${what} could not be read: ${codeSpan([message, cause].filter(Boolean).join(': '))}`]
}
