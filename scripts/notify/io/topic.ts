import { type AwsSettings, explainAws } from '../../aws/io/calls.ts'
import { openSns } from '../../aws/io/clients.ts'
import { topicMessage } from '../formats/topic.ts'
import type { Channel } from './channel.ts'

/** A topic of SNS, in the region that its ARN names. */
export function topicChannel(settings: AwsSettings, topic: string): Channel {
  const place = { ...settings, region: topic.split(':')[3] ?? settings.region }
  return {
    name: 'topic',
    takes: () => true,
    async send(notice) {
      const { sdk, client } = await openSns(place)
      const { subject, message, attributes } = topicMessage(notice)
      const { service, environment } = notice.target
      // A FIFO topic takes the same entry only once within five minutes, and keeps the order of a service.
      const order = topic.endsWith('.fifo')
        ? { MessageGroupId: `${environment}/${service}`, MessageDeduplicationId: notice.id }
        : {}
      try {
        await client.send(
          new sdk.PublishCommand({
            TopicArn: topic,
            Subject: subject,
            Message: message,
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, StringValue]) => [
                name,
                { DataType: 'String', StringValue },
              ]),
            ),
            ...order,
          }),
        )
      } catch (error) {
        throw explainAws(error, place, `publish to ${topic}`)
      }
    },
  }
}
