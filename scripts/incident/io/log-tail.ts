import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openLogs } from '../../aws/io/clients.ts'
import { plain } from '../../base/printable.ts'
import type { LogTail } from '../incident.ts'
import { backwards, daysOf, halves, isOfEveryCall, type Window } from '../log-lines.ts'

const mostLines = 40
// FilterLogEvents begins with the oldest events, and a busy group has many pages.
const mostPages = 10
const pageSize = 1000

type Asked = { readonly group: string; streams?(day: string): string }
type Line = LogTail['lines'][number]
type Logs = Awaited<ReturnType<typeof openLogs>>

/** The last lines of a log, of one revision's streams where their names tell. */
export async function logTail(settings: AwsSettings, asked: Asked, window: Window): Promise<LogTail> {
  const logs = await openLogs(settings)
  let lines: Line[] = []
  try {
    for (const part of backwards(window)) {
      lines = [...(await lastLines(logs, { ...asked, since: window.from }, part)), ...lines]
      if (lines.length >= mostLines) break
    }
  } catch (error) {
    throw explainAws(error, settings, `read the log group ${asked.group}`)
  }
  return {
    group: asked.group,
    isOfRevision: asked.streams !== undefined,
    lines: lines.slice(-mostLines),
  }
}

/** Lines of a part of the time, to its end; where it has too many to read, it is halved. */
async function lastLines(logs: Logs, asked: Asked & { since: Date }, part: Window): Promise<Line[]> {
  const { group, streams, since } = asked
  // A stream has the day on which it began, and may go on into the next.
  const days = daysOf({ from: since, to: part.to })
  const prefixes = streams === undefined ? [undefined] : days.map(day => streams(day))
  const read = await Promise.all(prefixes.map(prefix => linesIn(logs, { group, prefix }, part)))
  const parts = read.some(({ isCut }) => isCut) ? halves(part) : undefined
  if (parts === undefined)
    return read.flatMap(({ lines }) => lines).toSorted((a, b) => a.at.localeCompare(b.at))
  const later = await lastLines(logs, asked, parts.later)
  return later.length >= mostLines ? later : [...(await lastLines(logs, asked, parts.earlier)), ...later]
}

async function linesIn(
  { sdk, client }: Logs,
  { group, prefix }: { readonly group: string; readonly prefix: string | undefined },
  { from, to }: Window,
): Promise<{ readonly lines: Line[]; readonly isCut: boolean }> {
  const ask = {
    logGroupName: group,
    startTime: from.getTime(),
    endTime: to.getTime(),
    limit: pageSize,
    ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
  }
  const lines: Line[] = []
  let nextToken: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const more = nextToken === undefined ? ask : { ...ask, nextToken }
    const answer = await client.send(new sdk.FilterLogEventsCommand(more))
    for (const { timestamp = 0, message = '' } of answer.events ?? [])
      if (!isOfEveryCall(message))
        lines.push({ at: new Date(timestamp).toISOString(), text: plain(message, 400) })
    nextToken = answer.nextToken
    if (nextToken === undefined) break
  }
  return { lines, isCut: nextToken !== undefined }
}
