import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openLogs } from '../../aws/io/clients.ts'
import { plain } from '../../base/printable.ts'
import type { LogTail } from '../incident.ts'
import { backwards, daysOf, halves, isOfEveryCall, type Window } from '../log-lines.ts'

const mostLines = 40
// FilterLogEvents begins with the oldest events, and a busy group has many pages.
const mostPages = 10
const pageSize = 1000
// AWS answers some five to ten a second. A log with nothing but lines of every call would go on for hours.
const mostPagesInAll = 200

type Asked = { readonly group: string; streams?(day: string): string }
/** How much may still be read, and what was not looked through in the end: all until then. */
type Search = Asked & { readonly since: Date; pages: number; until?: Date }
type Line = LogTail['lines'][number]
type Logs = Awaited<ReturnType<typeof openLogs>>

/** The last lines of a log, of one revision's streams where their names tell. */
export async function logTail(settings: AwsSettings, asked: Asked, window: Window): Promise<LogTail> {
  const logs = await openLogs(settings)
  const search: Search = { ...asked, since: window.from, pages: mostPagesInAll }
  let lines: Line[] = []
  try {
    for (const part of backwards(window)) {
      lines = [...(await lastLines(logs, search, part)), ...lines]
      if (lines.length >= mostLines || search.until !== undefined) break
    }
  } catch (error) {
    throw explainAws(error, settings, `read the log group ${asked.group}`)
  }
  return {
    group: asked.group,
    isOfRevision: asked.streams !== undefined,
    ...(search.until === undefined ? {} : { after: search.until.toISOString() }),
    lines: lines.slice(-mostLines),
  }
}

/** Lines of a part of the time, to its end; where it has too many to read, it is halved. */
async function lastLines(logs: Logs, search: Search, part: Window): Promise<Line[]> {
  const { streams, since } = search
  // A stream has the day on which it began, and may go on into the next.
  const days = daysOf({ from: since, to: part.to })
  const prefixes = streams === undefined ? [undefined] : days.map(day => streams(day))
  const read = await Promise.all(prefixes.map(prefix => linesIn(logs, { search, prefix }, part)))
  const isCut = read.some(one => one.isCut)
  if (isCut && search.pages <= 0) {
    search.until = part.to
    return []
  }
  const parts = isCut ? halves(part) : undefined
  if (parts === undefined)
    return read.flatMap(({ lines }) => lines).toSorted((a, b) => a.at.localeCompare(b.at))
  const later = await lastLines(logs, search, parts.later)
  if (later.length >= mostLines || search.until !== undefined) return later
  return [...(await lastLines(logs, search, parts.earlier)), ...later]
}

async function linesIn(
  { sdk, client }: Logs,
  { search, prefix }: { readonly search: Search; readonly prefix: string | undefined },
  { from, to }: Window,
): Promise<{ readonly lines: Line[]; readonly isCut: boolean }> {
  const ask = {
    logGroupName: search.group,
    startTime: from.getTime(),
    endTime: to.getTime(),
    limit: pageSize,
    ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
  }
  const lines: Line[] = []
  let nextToken: string | undefined
  let isCut = true
  for (let page = 0; page < mostPages && search.pages > 0; page++) {
    search.pages--
    const more = nextToken === undefined ? ask : { ...ask, nextToken }
    const answer = await client.send(new sdk.FilterLogEventsCommand(more))
    for (const { timestamp = 0, message = '' } of answer.events ?? [])
      if (!isOfEveryCall(message))
        lines.push({ at: new Date(timestamp).toISOString(), text: plain(message, 400) })
    nextToken = answer.nextToken
    isCut = nextToken !== undefined
    if (!isCut) break
  }
  return { lines, isCut }
}
