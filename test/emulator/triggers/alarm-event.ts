import { randomUUID } from 'node:crypto'
import type { Alarm, AlarmState } from '../cloudwatch/state.ts'

/** What an alarm calls a function with (Amazon CloudWatch user guide, "Invoke a Lambda function from an alarm"). */
export function alarmEvent(alarm: Alarm, before: AlarmState): object {
  const { arn, owner, name, reason, configuration } = alarm
  const time = new Date(alarm.transitionedAt).toISOString().replace('Z', '+0000')
  return {
    source: 'aws.cloudwatch',
    alarmArn: arn,
    accountId: owner.account,
    time,
    region: owner.region,
    alarmData: {
      alarmName: name,
      state: { value: alarm.state, reason, timestamp: time },
      previousState: { value: before },
      configuration: {
        ...(configuration.AlarmDescription === undefined
          ? {}
          : { description: configuration.AlarmDescription }),
        metrics: [{ id: randomUUID(), returnData: true }],
      },
    },
  }
}

/** The functions that a state of an alarm calls. */
export function functionsOf({ configuration, state }: Alarm): string[] {
  const { ActionsEnabled, AlarmActions, OKActions, InsufficientDataActions } = configuration
  if (!ActionsEnabled) return []
  const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions }
  return actions[state].filter(isFunction)
}

/** Whether any state of an alarm calls a function. */
export function callsFunctions({ configuration }: Alarm): boolean {
  const { AlarmActions, OKActions, InsufficientDataActions } = configuration
  return [...AlarmActions, ...OKActions, ...InsufficientDataActions].some(isFunction)
}

function isFunction(action: string): boolean {
  return action.split(':')[2] === 'lambda'
}
