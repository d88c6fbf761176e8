import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { AddPermissionCommand, CreateAliasCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda'
import { connectCloudWatch } from '../../scripts/aws/io/cloudwatch.ts'
import type { Clock } from '../../scripts/base/clock.ts'
import { type Guarded, guard } from '../../scripts/guardian/io/guard.ts'
import type { GuardianTools } from '../../scripts/guardian/io/tools.ts'
import { connectYanks } from '../../scripts/guardian/io/yanks.ts'
import { connectMovers } from '../../scripts/kinds/io/movers.ts'
import type { Notice } from '../../scripts/notify/notice.ts'
import { lambdaRole, settled } from '../emulator/lambda/calls.ts'
import { sampleZip } from '../emulator/sample-zip.ts'
import { account } from '../scripts/kinds/io/stands/stand.ts'
import { settingsOf } from './aws-settings.ts'
import { guardian, guardianOf } from './guardian.ts'
import { bucketIn, ledgersIn } from './ledger.ts'
import type { WatchedWorld } from './watched.ts'

/** A guardian that AWS calls, and whose code runs in this process. */
export type GuardianHere = {
  readonly tools: GuardianTools
  /** What it said, one line for each thing that it did or decided. */
  readonly said: string[]
  /** The notices that are about no entry. */
  readonly told: Notice[]
  /** Calls it as anybody could. */
  call(event: unknown): Promise<Guarded>
}

// What the rule of its stack names.
const ended = ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED']

/** Deploys a guardian to a world; with `steps` it also makes the steps forward. */
export async function deployGuardian(
  { stand }: Pick<WatchedWorld, 'stand'>,
  more: Partial<GuardianTools['place']> = {},
): Promise<GuardianHere> {
  const { emulator, clients } = stand
  const names = guardianOf(stand)
  const said: string[] = []
  const told: Notice[] = []
  // It waits for nothing that would put the clock forward.
  const clock: Clock = {
    now: () => emulator.now(),
    date: () => new Date(emulator.now()),
    random: () => 0.5,
    sleep: async () => undefined,
  }
  const settings = settingsOf(emulator)
  const { region } = settings
  const place = { environment: 'staging', account, region, ledger: bucketIn(account), ...guardian, ...more }
  const tools: GuardianTools = {
    place,
    ledger: await ledgersIn(emulator, account, undefined, clock),
    movers: connectMovers(settings, clock),
    cloudwatch: () => connectCloudWatch(settings, clock),
    withdrawn: connectYanks(settings, more.artifacts, clock),
    clock,
    who: { arn: `arn:aws:sts::${account}:assumed-role/${names.role}/${names.function}` },
    tell: notice => void told.push(notice),
    say: line => void said.push(line),
  }
  const FunctionName = names.function
  const Role = await lambdaRole(clients.iam, names.role)
  const code = {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: sampleZip('guardian') },
  } as const
  await clients.lambda.send(new CreateFunctionCommand({ FunctionName, Role, Publish: true, ...code }))
  await settled(clients.lambda, FunctionName)
  await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: names.alias, FunctionVersion: '1' }))
  const Principal = 'lambda.alarms.cloudwatch.amazonaws.com'
  const permission = { FunctionName, Qualifier: names.alias, StatementId: 'alarms', Principal }
  await clients.lambda.send(new AddPermissionCommand({ ...permission, Action: 'lambda:InvokeFunction' }))
  const EventPattern = JSON.stringify({ source: ['aws.ecs'], detail: { eventName: ended } })
  const { RuleArn = '' } = await clients.events.send(new PutRuleCommand({ Name: names.rule, EventPattern }))
  const Targets = [{ Id: 'guardian', Arn: names.address }]
  await clients.events.send(new PutTargetsCommand({ Rule: names.rule, Targets }))
  const statement = { StatementId: 'rule', Principal: 'events.amazonaws.com', SourceArn: RuleArn }
  await clients.lambda.send(
    new AddPermissionCommand({ ...permission, ...statement, Action: 'lambda:InvokeFunction' }),
  )
  const call = (event: unknown) => guard(tools, event)
  emulator.runHere(FunctionName, call)
  return { tools, said, told, call }
}
