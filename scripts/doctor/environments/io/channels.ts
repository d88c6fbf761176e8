import { type AwsSettings, awsFailure } from '../../../aws/io/calls.ts'
import { openSecrets, openSns } from '../../../aws/io/clients.ts'
import type { Look } from '../../check.ts'
import { attemptCall } from '../../io/attempt-call.ts'

/** Looks whether a topic exists. */
export async function observeTopic(settings: AwsSettings, TopicArn: string): Promise<Look<boolean>> {
  const place = inRegionOf(settings, TopicArn)
  const { sdk, client } = await openSns(place)
  const call = { right: 'sns:GetTopicAttributes', doing: `read the topic ${TopicArn}` }
  return await attemptCall(place, call, async () =>
    exists(client.send(new sdk.GetTopicAttributesCommand({ TopicArn })), 'NotFoundException'),
  )
}

/** Looks whether a secret exists, without what it holds. */
export async function observeSecret(settings: AwsSettings, SecretId: string): Promise<Look<boolean>> {
  const place = inRegionOf(settings, SecretId)
  const { sdk, client } = await openSecrets(place)
  const call = { right: 'secretsmanager:DescribeSecret', doing: `read about the secret ${SecretId}` }
  return await attemptCall(place, call, async () =>
    exists(client.send(new sdk.DescribeSecretCommand({ SecretId })), 'ResourceNotFoundException'),
  )
}

function inRegionOf(settings: AwsSettings, arn: string): AwsSettings {
  return { ...settings, region: arn.split(':')[3] ?? settings.region }
}

async function exists(call: Promise<unknown>, missing: string): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (awsFailure(error).name === missing) return false
    throw error
  }
}
