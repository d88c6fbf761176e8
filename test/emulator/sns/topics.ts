import { randomUUID } from 'node:crypto'
import type { Identity } from '../iam/identities.ts'
import { AwsError } from '../protocol/protocol.ts'
import type { Xml } from '../protocol/xml.ts'
import * as schemas from './input.ts'
import { invalid, readInput } from './input.ts'
import { type SnsState, topicArn } from './state.ts'

/** CreateTopic; one that exists is answered as it is. */
export function createTopic(state: SnsState, identity: Identity, input: unknown): Xml {
  const arn = topicArn(identity, readInput(schemas.createTopicSchema, input).Name)
  state.topics.add(arn)
  return { TopicArn: arn }
}

/** DeleteTopic; one that is gone is fine. */
export function deleteTopic(state: SnsState, _: Identity, input: unknown): Xml {
  state.topics.delete(readInput(schemas.topicSchema, input).TopicArn)
  return {}
}

/** GetTopicAttributes, of which the emulator knows the ARN and the owner. */
export function getTopicAttributes(state: SnsState, identity: Identity, input: unknown): Xml {
  const { TopicArn } = existing(state, identity, readInput(schemas.topicSchema, input))
  const attributes = { TopicArn, Owner: TopicArn.split(':')[4] ?? '' }
  return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } }
}

const deduplicationMs = 5 * 60_000

/** Publish. A FIFO topic takes a message that it has taken within five minutes without delivering it again. */
export function publish(state: SnsState, identity: Identity, input: unknown): Xml {
  const asked = existing(state, identity, readInput(schemas.publishSchema, input))
  const { TopicArn, MessageGroupId: group, MessageDeduplicationId: deduplication } = asked
  const isFifo = TopicArn.endsWith('.fifo')
  if (isFifo && group === undefined) throw invalid('The MessageGroupId parameter is required for FIFO topics')
  if (!isFifo && deduplication !== undefined)
    throw invalid(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    )
  const now = state.clock.now()
  const before = state.published.find(
    one =>
      one.topic === TopicArn &&
      deduplication !== undefined &&
      one.deduplication === deduplication &&
      now - one.at < deduplicationMs,
  )
  if (before !== undefined) return { MessageId: before.id }
  const id = randomUUID()
  const { entry = [] } = asked.MessageAttributes ?? {}
  state.published.push({
    id,
    topic: TopicArn,
    subject: asked.Subject,
    message: asked.Message,
    attributes: Object.fromEntries(entry.map(({ Name, Value }) => [Name, Value.StringValue])),
    group,
    deduplication,
    at: now,
  })
  return { MessageId: id }
}

function existing<Asked extends { TopicArn: string }>(
  { topics }: SnsState,
  { account, region }: Identity,
  asked: Asked,
): Asked {
  const [, , , where, owner] = asked.TopicArn.split(':')
  if (where !== region) throw invalid('TopicArn')
  if (owner !== account)
    throw new AwsError('AuthorizationError', 403, 'User is not authorized to perform this action')
  if (!topics.has(asked.TopicArn)) throw new AwsError('NotFound', 404, 'Topic does not exist')
  return asked
}
