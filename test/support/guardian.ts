import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { GuardianSettings } from '../../scripts/catalogue/guardian-settings.ts'
import { guardianSettings } from '../../scripts/catalogue/guardian-settings.ts'
import { connectDeadlines } from '../../scripts/guardian/io/deadlines.ts'
import { guardianTarget } from '../../scripts/guardian/names.ts'
import { guardianNames } from '../../scripts/kinds/lambda/guardian.ts'
import type { Deadlines } from '../../scripts/rollout/io/deadlines.ts'
import type { Stand } from '../scripts/kinds/io/stands/stand.ts'
import { settingsOf } from './aws-settings.ts'

/** The guardian of staging, as environments.json has it by default. */
export const guardian: GuardianSettings = guardianSettings.parse({})

/** What the guardian of staging and its parts are called. */
export const guardianOf = ({ emulator }: Pick<Stand, 'emulator'>) =>
  guardianNames(guardianTarget(guardian, 'staging'), settingsOf(emulator))

/** Makes the role that schedules call the guardian with, as its stack does. */
async function makeSchedulerRole(stand: Stand): Promise<void> {
  const { schedulerRole: RoleName, address } = guardianOf(stand)
  const { iam } = stand.clients
  const Principal = { Service: 'scheduler.amazonaws.com' }
  const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  const call = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: address }
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }))
  const policy = { PolicyName: RoleName, PolicyDocument: document(call) }
  await iam.send(new PutRolePolicyCommand({ RoleName, ...policy }))
}

/** The deadlines of staging's rollouts, with the role that their schedules need. */
export async function deadlinesOf(stand: Stand): Promise<Deadlines> {
  await makeSchedulerRole(stand)
  const settings = settingsOf(stand.emulator)
  return connectDeadlines({ settings, prefix: 'waybill', guardian, environment: 'staging' })
}
