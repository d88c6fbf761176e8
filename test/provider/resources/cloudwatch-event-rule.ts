import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  PutRuleCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import { knownBy } from './known-by.ts'
import type { ResourceType } from './resource-type.ts'
import { sameDocument } from './same-document.ts'
import { present, text, textMap } from './shape.ts'
import { tagChanges, tagList } from './tags.ts'

/** `aws_cloudwatch_event_rule`, on the default bus. */
export const cloudwatchEventRule: ResourceType = {
  label: 'EventBridge Rule',
  ...knownBy('name'),
  replaceOn: ['event_bus_name', 'name', 'name_prefix', 'region'],
  create: async (aws, planned) => {
    const arn = await put(aws, planned, tagList(textMap(planned.tags_all)))
    return { id: planned.name ?? null, arn, name_prefix: '' }
  },
  read: async ({ events }, state) => {
    const seen = await found(events.send(new DescribeRuleCommand({ Name: String(state.name) })))
    if (seen === null) return null
    return {
      arn: seen.Arn ?? null,
      event_pattern: sameDocument(state.event_pattern, seen.EventPattern ?? ''),
      description: seen.Description ?? null,
    }
  },
  update: async (aws, change) => {
    await put(aws, change.planned, [])
    const { set, gone } = tagChanges(change)
    const ResourceARN = String(change.prior.arn)
    if (gone.length > 0) await aws.events.send(new UntagResourceCommand({ ResourceARN, TagKeys: gone }))
    if (Object.keys(set).length > 0)
      await aws.events.send(new TagResourceCommand({ ResourceARN, Tags: tagList(set) }))
    return {}
  },
  remove: async ({ events }, prior) => {
    await events.send(new DeleteRuleCommand({ Name: String(prior.name) }))
  },
}

async function put({ events }: Aws, planned: State, Tags: ReturnType<typeof tagList>): Promise<string> {
  const input = {
    Name: String(planned.name),
    EventPattern: text(planned.event_pattern),
    Description: text(planned.description),
    Tags,
  }
  return (await events.send(new PutRuleCommand(present(input)))).RuleArn ?? ''
}
