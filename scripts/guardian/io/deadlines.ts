import { createHash } from 'node:crypto'
import { type AwsSettings, awsFailure, explainAws } from '../../aws/io/calls.ts'
import { openScheduler } from '../../aws/io/clients.ts'
import { UserError } from '../../base/user-error.ts'
import { findEnvironment } from '../../catalogue/environments.ts'
import type { GuardianSettings } from '../../catalogue/guardian-settings.ts'
import { guardianNames } from '../../kinds/lambda/guardian.ts'
import { printTarget, type Target } from '../../names/target.ts'
import type { Project } from '../../project/io/project.ts'
import type { Deadlines } from '../../rollout/io/deadlines.ts'
import { guardianErrors } from '../errors.ts'
import type { DeadlineCall } from '../events.ts'
import { guardianTarget, scheduleNameCharacters, scheduleNames, scheduleOf } from '../names.ts'

/** Where the schedules of an environment are, and whom they call. */
export type DeadlinePlace = {
  readonly settings: AwsSettings
  /** What the names of Waybill's own things begin with. */
  readonly prefix: string
  readonly guardian: GuardianSettings
  readonly environment: string
}

/** The same for an environment of a project; undefined if it has no guardian. */
export function deadlinesIn(
  { environments }: Pick<Project, 'environments'>,
  environment: string,
  settings: AwsSettings,
): Deadlines | undefined {
  const { guardian } = findEnvironment(environments, environment)
  if (guardian === undefined) return undefined
  return connectDeadlines({ settings, prefix: environments.prefix, guardian, environment })
}

/** Has an environment's guardian look at rollouts at their deadlines: a schedule for each, which removes itself. */
export function connectDeadlines({ settings, prefix, guardian, environment }: DeadlinePlace): Deadlines {
  let connected: ReturnType<typeof openScheduler> | undefined
  const connect = () => (connected ??= openScheduler(settings))
  const own = guardianTarget(guardian, environment)
  const { address, schedulerRoleArn } = guardianNames(own, settings)
  const nameOf = (target: Target, started: number) => shortened(prefix, target, scheduleOf(target, started))
  return {
    async set(target, started, at) {
      const { sdk, client } = await connect()
      const { service } = target
      const call: DeadlineCall = { deadline: { service, environment, started } }
      const schedule = {
        Name: nameOf(target, started),
        // Without a zone, in the one that is named beside it.
        ScheduleExpression: `at(${at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' } as const,
        ActionAfterCompletion: 'DELETE' as const,
        Description: `The deadline of the rollout of ${printTarget(target)} that entry ${started} began`,
        Target: { Arn: address, RoleArn: schedulerRoleArn, Input: JSON.stringify(call) },
      }
      try {
        await client.send(new sdk.CreateScheduleCommand(schedule)).catch(async error => {
          // One of a run that was killed before it wrote the entry.
          if (awsFailure(error).name !== 'ConflictException') throw error
          await client.send(new sdk.UpdateScheduleCommand(schedule))
        })
      } catch (error) {
        throw notAsked(target, own, explainAws(error, settings, `create the schedule ${schedule.Name}`))
      }
    },
    async clear(target, started) {
      const { sdk, client } = await connect()
      const Name = nameOf(target, started)
      try {
        await client.send(new sdk.DeleteScheduleCommand({ Name }))
      } catch (error) {
        if (awsFailure(error).name === 'ResourceNotFoundException') return
        throw explainAws(error, settings, `remove the schedule ${Name}`)
      }
    },
  }
}

const hashDigits = 20

function shortened(prefix: string, { environment }: Target, rest: string): string {
  const begin = scheduleNames(prefix, environment)
  if (begin.length + rest.length <= scheduleNameCharacters) return `${begin}${rest}`
  return `${begin}${createHash('sha256').update(rest).digest('hex').slice(0, hashDigits)}`
}

function notAsked(target: Target, guardian: Target, error: UserError): UserError {
  return new UserError(
    guardianErrors['guardian-not-asked'],
    `the rollout of ${printTarget(target)} did not begin: its guardian could not be asked to end it if nobody else does`,
    {
      cause: [error.message, error.cause].filter(Boolean).join('\n'),
      remedy: `make deploy ENV=${guardian.environment} SERVICE=${guardian.service} creates the guardian and what calls it. Then run this again.`,
      origin: error,
    },
  )
}
