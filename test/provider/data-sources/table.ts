import type { Aws } from '../aws/configuration.ts'
import type { State } from '../wire/value.ts'
import { policyDocument } from './iam-policy-document.ts'

/** Reads a data source: its computed attributes. */
export type DataSource = (aws: Aws, config: State) => State | Promise<State>

/** Every data source of the stand-in. */
export const dataSources: ReadonlyMap<string, DataSource> = new Map<string, DataSource>([
  ['aws_iam_policy_document', (_, config) => policyDocument(config)],
  [
    'aws_caller_identity',
    ({ account, arn, userId }) => ({ id: account, account_id: account, arn, user_id: userId }),
  ],
  ['aws_partition', partition],
  ['aws_region', region],
])

function partition({ partition: id }: Aws): State {
  return { id, partition: id, dns_suffix: 'amazonaws.com', reverse_dns_prefix: 'com.amazonaws' }
}

function region(aws: Aws, config: State): State {
  const id = (config.region as string | null) ?? aws.region
  return { id, name: id, region: id, endpoint: `ec2.${id}.amazonaws.com`, description: id }
}
