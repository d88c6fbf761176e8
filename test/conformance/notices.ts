import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand } from '@aws-sdk/client-sns'
import { expect } from 'vitest'
import type { Expectation } from './expectation.ts'
import { refused } from './refusal.ts'

/** What notices rest on. */
export const noticeExpectations: Expectation[] = [
  {
    title: 'a topic takes a message with a subject of ASCII, and one that does not exist is named as such',
    row: 'sns-publish',
    service: 'sns',
    source: 'Amazon SNS API Reference, Publish, Subject and Errors; GetTopicAttributes',
    run: async ({ sns, names }) => {
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: names.topic }))
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
      expect(Attributes).toMatchObject({ TopicArn })
      const message = { TopicArn, Message: 'a in prod: ü' }
      const MessageAttributes = { service: { DataType: 'String', StringValue: 'a' } }
      const sent = await sns.send(
        new PublishCommand({ ...message, Subject: 's'.repeat(100), MessageAttributes }),
      )
      expect(sent.MessageId).toMatch(/^[0-9a-f-]{36}$/)
      for (const Subject of ['ü', ' begins with a space', 's'.repeat(101), 'two\nlines'])
        expect(await refused(sns.send(new PublishCommand({ ...message, Subject })))).toMatchObject({
          name: 'InvalidParameterException',
          status: 400,
        })
      const nowhere = TopicArn.replace(names.topic, names.nothing)
      for (const call of [
        sns.send(new PublishCommand({ ...message, TopicArn: nowhere })),
        sns.send(new GetTopicAttributesCommand({ TopicArn: nowhere })),
      ])
        expect(await refused(call)).toMatchObject({ name: 'NotFoundException', status: 404 })
    },
  },
  {
    title: 'a FIFO topic takes a message again, and answers the id that it had the first time',
    row: 'sns-deduplication',
    service: 'sns',
    source: 'Amazon SNS Developer Guide, Message deduplication for FIFO topics',
    run: async ({ sns, names }) => {
      const Attributes = { FifoTopic: 'true' }
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: names.fifoTopic, Attributes }))
      const message = { TopicArn, Message: 'a', MessageGroupId: 'prod/a', MessageDeduplicationId: 'one' }
      const [first, second] = [
        await sns.send(new PublishCommand(message)),
        await sns.send(new PublishCommand(message)),
      ]
      expect(second.MessageId).toBe(first.MessageId)
      const { MessageGroupId: _, ...groupless } = message
      expect(await refused(sns.send(new PublishCommand(groupless)))).toMatchObject({
        name: 'InvalidParameterException',
      })
    },
  },
  {
    title: "a secret's text is read by its ARN, and one that does not exist is named as such",
    row: 'secret-values',
    service: 'secretsmanager',
    source: 'AWS Secrets Manager API Reference, GetSecretValue and DescribeSecret',
    run: async ({ secrets, names }) => {
      const created = await secrets.send(
        new CreateSecretCommand({ Name: names.secret, SecretString: 'https://example.com/x' }),
      )
      const SecretId = created.ARN ?? ''
      expect(SecretId).toMatch(new RegExp(`:secret:${names.secret}-[A-Za-z0-9]{6}$`))
      const read = await secrets.send(new GetSecretValueCommand({ SecretId }))
      expect(read).toMatchObject({ ARN: SecretId, SecretString: 'https://example.com/x' })
      const described = await secrets.send(new DescribeSecretCommand({ SecretId }))
      expect(described).toMatchObject({ ARN: SecretId, Name: names.secret })
      expect(described).not.toHaveProperty('SecretString')
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
      for (const command of [GetSecretValueCommand, DescribeSecretCommand])
        expect(
          await refused(secrets.send(new command({ SecretId: names.nothing }) as GetSecretValueCommand)),
        ).toMatchObject({ name: 'ResourceNotFoundException', status: 400 })
    },
  },
]
