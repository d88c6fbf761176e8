import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand } from '@aws-sdk/client-sns'
import { expect, it, onTestFinished } from 'vitest'
import { checkChannels } from '../../../../../scripts/doctor/environments/channels.ts'
import { observeSecret, observeTopic } from '../../../../../scripts/doctor/environments/io/channels.ts'
import type { EnvironmentSeen } from '../../../../../scripts/doctor/environments/seen.ts'
import { clientsFor } from '../../../../emulator/clients.ts'
import { startEmulator } from '../../../../emulator/emulator.ts'
import { settingsOf } from '../../../../support/aws-settings.ts'

it('the topic and the secret of notices have to exist, and nobody reads what the secret holds', async () => {
  const emulator = await startEmulator()
  onTestFinished(() => emulator.close())
  const { sns, secrets } = clientsFor(emulator)
  const { TopicArn: topic = '' } = await sns.send(new CreateTopicCommand({ Name: 'ends' }))
  const { ARN: webhook = '' } = await secrets.send(
    new CreateSecretCommand({ Name: 'hook', SecretString: 'x' }),
  )
  const check = async (arns: { topic: string; webhook: string }) => {
    const settings = settingsOf(emulator)
    const seen = {
      name: 'staging',
      environment: { notices: arns },
      topic: await observeTopic(settings, arns.topic),
      webhook: await observeSecret(settings, arns.webhook),
    } as unknown as EnvironmentSeen
    return checkChannels(seen).map(({ state, detail, remedy }) => [state, detail, remedy])
  }
  expect((await check({ topic, webhook })).map(([state]) => state)).toEqual(['ok', 'ok'])
  const gone = { topic: `${topic}x`, webhook: webhook.replace('hook', 'none') }
  const remedy = 'Create it, or correct notices of staging in cdktf/environments.json.'
  expect(await check(gone)).toEqual([
    ['failed', `there is no ${gone.topic}`, remedy],
    ['failed', `there is no ${gone.webhook}`, remedy],
  ])
  for (const operation of ['GetTopicAttributes', 'DescribeSecret'])
    emulator.inject({ operation, kind: 'access-denied', times: 1 })
  expect((await check({ topic, webhook })).map(([state, , grant]) => [state, grant])).toEqual([
    ['not checked', 'Grant sns:GetTopicAttributes to these credentials.'],
    ['not checked', 'Grant secretsmanager:DescribeSecret to these credentials.'],
  ])
  expect(emulator.requests().map(({ operation }) => operation)).not.toContain('GetSecretValue')
})

it('an environment without notices has no such check', () => {
  const seen = { name: 'staging', environment: {}, topic: undefined, webhook: undefined }
  expect(checkChannels(seen as unknown as EnvironmentSeen)).toEqual([])
})
