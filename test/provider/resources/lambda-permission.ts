import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda'
import type { State } from '../wire/value.ts'
import { found } from './found.ts'
import type { ResourceType } from './resource-type.ts'
import { present, text } from './shape.ts'

/** `aws_lambda_permission`: a statement of the policy of a function or an alias. Its whole change is a replacement. */
export const lambdaPermission: ResourceType = {
  label: 'Lambda Permission',
  nameOf: ({ function_name, statement_id }) => `${function_name}/${statement_id}`,
  fromId: id => {
    const [function_name = '', statement_id = ''] = id.split('/')
    return { function_name, statement_id }
  },
  replaceOn: [
    'action',
    'event_source_token',
    'function_name',
    'function_url_auth_type',
    'principal',
    'principal_org_id',
    'qualifier',
    'region',
    'source_account',
    'source_arn',
    'statement_id',
    'statement_id_prefix',
  ],
  create: async ({ lambda }, planned) => {
    const input = {
      ...keyOf(planned),
      Action: String(planned.action),
      Principal: String(planned.principal),
      SourceArn: text(planned.source_arn),
      SourceAccount: text(planned.source_account),
    }
    await lambda.send(new AddPermissionCommand(present(input)))
    return { id: planned.statement_id ?? null, statement_id_prefix: '' }
  },
  read: async ({ lambda }, state) => {
    const { StatementId, ...place } = keyOf(state)
    const seen = await found(lambda.send(new GetPolicyCommand(place)))
    const { Statement = [] } = JSON.parse(seen?.Policy ?? '{}') as { Statement?: { Sid: string }[] }
    return Statement.some(({ Sid }) => Sid === StatementId) ? {} : null
  },
  update: async () => ({}),
  remove: async ({ lambda }, prior) => {
    await lambda.send(new RemovePermissionCommand(keyOf(prior)))
  },
}

function keyOf({ function_name, statement_id, qualifier }: State) {
  return present({
    FunctionName: String(function_name),
    StatementId: String(statement_id),
    Qualifier: text(qualifier),
  })
}
