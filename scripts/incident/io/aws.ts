import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openCloudWatch } from '../../aws/io/clients.ts'
import { plain } from '../../base/printable.ts'
import type { AlarmTurn } from '../incident.ts'
import type { Window } from '../log-lines.ts'

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
