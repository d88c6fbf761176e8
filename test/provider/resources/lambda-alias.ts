import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAliasCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'
import { oneBlock, text } from './shape.ts'

/** `aws_lambda_alias`. The stack usually ignores its versions, because a rollout moves them. */
export const lambdaAlias: ResourceType = {
  label: 'Lambda Alias',
  nameOf: ({ name }) => String(name),
  fromId: id => {
    const [function_name = '', name = ''] = id.split('/')
    return { function_name, name }
  },
  replaceOn: ['function_name', 'name', 'region'],
  create: async ({ lambda, region, partition }, planned) => {
    const { AliasArn: arn = '' } = await lambda.send(new CreateAliasCommand(inputOf(planned)))
    return { id: arn, arn, invoke_arn: invokeArn(partition, region, arn) }
  },
  read: async ({ lambda, region, partition }, state) => {
    const seen = await found(lambda.send(new GetAliasCommand(keyOf(state))))
    if (seen === null) return null
    const arn = seen.AliasArn ?? ''
    const weights = seen.RoutingConfig?.AdditionalVersionWeights ?? {}
    return {
      id: arn,
      arn,
      invoke_arn: invokeArn(partition, region, arn),
      description: seen.Description ?? '',
      function_version: seen.FunctionVersion ?? null,
      routing_config: Object.keys(weights).length === 0 ? [] : [{ additional_version_weights: weights }],
    }
  },
  update: async ({ lambda }, { planned, changed }) => {
    const isMoved = ['description', 'function_version', 'routing_config'].some(name => changed.has(name))
    if (isMoved) await lambda.send(new UpdateAliasCommand(inputOf(planned)))
    return {}
  },
  remove: async ({ lambda }, prior) => {
    await lambda.send(new DeleteAliasCommand(keyOf(prior)))
  },
}

function keyOf({ function_name, name }: State) {
  return { FunctionName: String(function_name), Name: String(name) }
}

function inputOf(planned: State) {
  const weights = oneBlock(planned.routing_config, block => block.additional_version_weights) ?? {}
  return {
    ...keyOf(planned),
    FunctionVersion: String(planned.function_version),
    Description: text(planned.description) ?? '',
    RoutingConfig: { AdditionalVersionWeights: weights as Record<string, number> },
  }
}

function invokeArn(partition: string, region: string, arn: string): string {
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`
}
