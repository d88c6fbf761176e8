import { refresh } from '../cloudwatch/evaluate.ts'
import type { Owner } from '../cloudwatch/metrics.ts'
import type { Alarm, AlarmState } from '../cloudwatch/state.ts'
import { settleAll } from '../ecs/settle.ts'
import { matchesPattern } from '../events/pattern.ts'
import { readExpression } from '../scheduler/expression.ts'
import type { Schedule } from '../scheduler/state.ts'
import type { Stores } from '../stores.ts'
import { alarmEvent, callsFunctions, functionsOf } from './alarm-event.ts'
import { type Caller, callFunction, type ServiceCall } from './call-function.ts'
import { deploymentEvent } from './deployment-event.ts'

/** What in AWS calls functions by itself: alarms, rules of EventBridge, schedules. */
export type Triggers = {
  /** Does what is due by the emulator's clock. */
  check: () => void
  /** Waits until every call is over, those too that another one has led to. */
  settled: () => Promise<void>
  /** Every call so far that is over. */
  calls: () => readonly ServiceCall[]
  close: () => void
}

type Watched = Pick<Stores, 'cloudwatch' | 'ecs' | 'events' | 'scheduler' | 'lambda' | 'iam'> & {
  clock: Stores['cloudwatch']['clock']
}

const checkMs = 1000

/** Connects them: each call is made once, where AWS makes it at least once and again after an error. */
export function createTriggers(stores: Watched): Triggers {
  const { cloudwatch, ecs, events, scheduler, clock } = stores
  const running = new Set<Promise<void>>()
  const over: ServiceCall[] = []
  const call = (owner: Owner, functionArn: string, caller: Caller, event: unknown) => {
    const made = callFunction(stores, owner, functionArn, caller, event).then(answered => {
      over.push(answered)
      running.delete(made)
    })
    running.add(made)
  }
  cloudwatch.turned = (alarm: Alarm, before: AlarmState) => {
    const caller = { service: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: alarm.arn }
    for (const address of functionsOf(alarm)) call(alarm.owner, address, caller, alarmEvent(alarm, before))
  }
  ecs.tell = (service, news) => {
    const event = deploymentEvent(service, news)
    for (const { arn, owner, settings, targets } of events.rules.values()) {
      const isHere = owner.account === event.account && owner.region === event.region
      if (!isHere || settings.State !== 'ENABLED') continue
      if (!matchesPattern(JSON.parse(settings.EventPattern), event)) continue
      const caller = { service: 'events.amazonaws.com', sourceArn: arn }
      for (const { Arn } of targets.values()) call(owner, Arn, caller, event)
    }
  }
  const fire = (schedule: Schedule, now: number) => {
    const { arn, owner, settings } = schedule
    const when = readExpression(settings.ScheduleExpression)
    // After a jump of the clock once, for all the times that it has passed.
    schedule.dueAt = when !== undefined && 'everyMs' in when ? now + when.everyMs : undefined
    if (schedule.dueAt === undefined && settings.ActionAfterCompletion === 'DELETE')
      scheduler.schedules.delete(arn)
    const { Arn, RoleArn: roleArn, Input = '{}' } = settings.Target
    call(owner, Arn, { roleArn }, JSON.parse(Input))
  }
  const check = () => {
    for (const alarm of cloudwatch.alarms.values()) if (callsFunctions(alarm)) refresh(cloudwatch, alarm)
    // Otherwise a service goes on only when somebody looks at it.
    if (events.rules.size > 0) settleAll(ecs)
    const now = clock.now()
    for (const schedule of [...scheduler.schedules.values()]) {
      const { settings, dueAt } = schedule
      if (settings.State === 'ENABLED' && dueAt !== undefined && dueAt <= now) fire(schedule, now)
    }
  }
  clock.onAdvance(check)
  const timer = setInterval(check, checkMs)
  timer.unref()
  return {
    check,
    settled: async () => {
      while (running.size > 0) await Promise.all(running)
    },
    calls: () => over,
    close: () => clearInterval(timer),
  }
}
