import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openSecrets } from '../../aws/io/clients.ts'
import { UserError } from '../../base/user-error.ts'
import { channelTitles } from '../channel.ts'
import { notifyErrors } from '../errors.ts'
import { slackBody } from '../formats/slack.ts'
import type { Channel } from './channel.ts'
import { type Sending, sendRequest } from './request.ts'

/** A webhook whose address is the text of a secret. */
export function webhookChannel(settings: AwsSettings, secret: string, sending: Sending): Channel {
  let address: Promise<string> | undefined
  return {
    name: 'webhook',
    takes: () => true,
    async send(notice) {
      // One that could not be read may be readable for the next notice.
      address ??= readAddress(settings, secret).catch(error => {
        address = undefined
        throw error
      })
      await sendRequest(sending, {
        method: 'POST',
        address: await address,
        headers: { 'content-type': 'application/json' },
        body: slackBody(notice),
        channel: channelTitles.webhook,
      })
    },
  }
}

async function readAddress(settings: AwsSettings, secret: string): Promise<string> {
  const place = { ...settings, region: secret.split(':')[3] ?? settings.region }
  const { sdk, client } = await openSecrets(place)
  try {
    const { SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: secret }))
    const address = SecretString?.trim()
    if (address !== undefined && URL.canParse(address)) return address
  } catch (error) {
    throw explainAws(error, place, `read the secret ${secret}`)
  }
  throw new UserError(notifyErrors['notice-refused'], `the secret ${secret} does not hold an address`, {
    remedy: 'Its text has to be the address of the webhook, and nothing else.',
  })
}
