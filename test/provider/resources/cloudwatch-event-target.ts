import {
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'

/** `aws_cloudwatch_event_target`: who is called by a rule of the default bus. */
export const cloudwatchEventTarget: ResourceType = {
  label: 'EventBridge Target',
  nameOf: ({ rule, target_id }) => `${rule}-${target_id}`,
  fromId: id => {
    const [rule = '', target_id = ''] = id.split('/')
    return { rule, target_id }
  },
  replaceOn: ['event_bus_name', 'region', 'rule', 'target_id'],
  create: async (aws, planned) => {
    await put(aws, planned)
    return { id: `${planned.rule}-${planned.target_id}` }
  },
  read: async ({ events }, state) => {
    const seen = await found(events.send(new ListTargetsByRuleCommand({ Rule: String(state.rule) })))
    const target = seen?.Targets?.find(({ Id }) => Id === state.target_id)
    return target === undefined ? null : { arn: target.Arn ?? null }
  },
  update: async (aws, { planned }) => {
    await put(aws, planned)
    return {}
  },
  remove: async ({ events }, prior) => {
    await events.send(new RemoveTargetsCommand({ Rule: String(prior.rule), Ids: [String(prior.target_id)] }))
  },
}

async function put({ events }: Aws, { rule, target_id, arn }: State): Promise<void> {
  const Targets = [{ Id: String(target_id), Arn: String(arn) }]
  await events.send(new PutTargetsCommand({ Rule: String(rule), Targets }))
}
