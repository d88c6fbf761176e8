import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openCloudWatch, openLogs } from '../../aws/io/clients.ts'
import { plain } from '../../base/printable.ts'
import type { AlarmTurn, LogTail } from '../incident.ts'

/** A part of the time. */
export type Window = { readonly from: Date; readonly to: Date }

// As many as a page may have room for.
const mostTurns = 50

/** When alarms changed their states, oldest first. */
export async function alarmTurns(
  settings: AwsSettings,
  names: readonly string[],
  { from, to }: Window,
): Promise<AlarmTurn[]> {
  const { sdk, client } = await openCloudWatch(settings)
  const turns: AlarmTurn[] = []
  try {
    for (const AlarmName of names) {
      const ask = {
        AlarmName,
        HistoryItemType: 'StateUpdate' as const,
        StartDate: from,
        EndDate: to,
        MaxRecords: mostTurns,
      }
      const { AlarmHistoryItems = [] } = await client.send(new sdk.DescribeAlarmHistoryCommand(ask))
      for (const { Timestamp, HistorySummary = '' } of AlarmHistoryItems)
        if (Timestamp !== undefined)
          turns.push({ alarm: AlarmName, at: Timestamp.toISOString(), summary: plain(HistorySummary, 300) })
    }
  } catch (error) {
    throw explainAws(error, settings, 'read the history of alarms')
  }
  return turns.toSorted((a, b) => (a.at < b.at ? -1 : 1)).slice(-mostTurns)
}

const mostLines = 40
// FilterLogEvents begins with the oldest events, and a busy group has many pages.
const mostPages = 10
const pageSize = 1000

type Asked = { readonly group: string; streams?(day: string): string }

/** The last lines of a log, of one revision's streams where their names tell. */
export async function logTail(
  settings: AwsSettings,
  { group, streams }: Asked,
  { from, to }: Window,
): Promise<LogTail> {
  const { sdk, client } = await openLogs(settings)
  const events: { at: number; text: string }[] = []
  try {
    for (const prefix of streams === undefined
      ? [undefined]
      : daysOf({ from, to }).map(day => streams(day))) {
      let nextToken: string | undefined
      for (let page = 0; page < mostPages; page++) {
        const answer = await client.send(
          new sdk.FilterLogEventsCommand({
            logGroupName: group,
            startTime: from.getTime(),
            endTime: to.getTime(),
            limit: pageSize,
            ...(prefix === undefined ? {} : { logStreamNamePrefix: prefix }),
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        )
        for (const { timestamp = 0, message = '' } of answer.events ?? [])
          events.push({ at: timestamp, text: plain(message, 400) })
        nextToken = answer.nextToken
        if (nextToken === undefined) break
      }
    }
  } catch (error) {
    throw explainAws(error, settings, `read the log group ${group}`)
  }
  const lines = events
    .toSorted((a, b) => a.at - b.at)
    .slice(-mostLines)
    .map(({ at, text }) => ({ at: new Date(at).toISOString(), text }))
  return { group, isOfRevision: streams !== undefined, lines }
}

const dayMs = 24 * 60 * 60_000

/** The days of a time, as the names of streams have them. */
function daysOf({ from, to }: Window): string[] {
  const days: string[] = []
  for (let at = Math.floor(from.getTime() / dayMs) * dayMs; at <= to.getTime(); at += dayMs)
    days.push(new Date(at).toISOString().slice(0, 10).replaceAll('-', '/'))
  return days
}
